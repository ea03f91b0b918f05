from django.urls import path

from mediane.insight.indicators import web

app_name = "figures"
urlpatterns = [
    path("bureau/tableau-de-bord/", web.dashboard, name="dashboard"),
    path("bureau/tableau-de-bord/<slug:name>.csv", web.drawn_csv, name="drawn"),
    path("bureau/chiffres/<str:code>/", web.figure, name="figure"),
    path("bureau/chiffres/<str:code>/donnees.csv", web.figure_csv, name="csv"),
    path("bureau/chiffres/<str:code>/dossiers/", web.cases, name="cases"),
]
