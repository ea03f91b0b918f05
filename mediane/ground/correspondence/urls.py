from __future__ import annotations

from django.urls import path

from mediane.ground.correspondence.web import outbox, templates

app_name = "correspondence"
urlpatterns = [
    path("lettres/<uuid:uuid>.pdf", outbox.letter_pdf, name="letter_pdf"),
    path("bureau/envois/", outbox.dispatches, name="dispatches"),
    path("bureau/envois/lettres/<uuid:uuid>/", outbox.letter, name="letter"),
    path("bureau/envois/lettres/<uuid:uuid>/decider/", outbox.act, name="letter_act"),
    path("bureau/envois/lots/<uuid:uuid>/", outbox.batch, name="batch"),
    path("bureau/envois/lots/<uuid:uuid>.pdf", outbox.batch_pdf, name="batch_pdf"),
    path("bureau/envois/lots/<uuid:uuid>/decider/", outbox.batch_act, name="batch_act"),
    path("bureau/lettres/", templates.templates, name="templates"),
    path("bureau/lettres/mentions/", templates.statements, name="statements"),
    path("bureau/lettres/mentions/<slug:key>/", templates.statement, name="statement"),
    path("bureau/lettres/choix/", templates.settings, name="settings"),
    path("bureau/lettres/versions/<int:version_id>/", templates.version_act, name="version_act"),
    path("bureau/lettres/<slug:code>/<slug:audience>/", templates.template, name="template"),
]
