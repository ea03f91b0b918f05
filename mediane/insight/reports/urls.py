from django.urls import path

from mediane.insight.reports import web

app_name = "report"
urlpatterns = [
    path("bureau/rapport/", web.annual, name="annual"),
    path("bureau/rapport/graphiques/<slug:name>.csv", web.chart, name="chart"),
    path("bureau/rapport/textes/", web.texts, name="texts"),
    path("bureau/rapport/donnees.json", web.download_json, name="json"),
    path("bureau/rapport/fichiers/", web.make, name="make"),
    path("bureau/rapport/fichiers/<int:pk>/", web.file, name="file"),
]
