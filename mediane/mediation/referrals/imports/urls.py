from django.urls import path

from mediane.mediation.referrals.imports import web

app_name = "imports"
urlpatterns = [
    path("bureau/importer/", web.upload, name="upload"),
    path("bureau/importer/<int:pk>/", web.run, name="run"),
    path("bureau/importer/<int:pk>/decider/", web.decide, name="decide"),
    path("bureau/importer/<int:pk>/rejets.csv", web.rejects, name="rejects"),
]
