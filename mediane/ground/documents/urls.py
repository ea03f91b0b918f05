from __future__ import annotations

from django.urls import path

from mediane.ground.documents import web

app_name = "documents"
urlpatterns = [
    path("<uuid:uuid>/", web.view, name="view"),
    path("<uuid:uuid>/telecharger/", web.download, name="download"),
    path("<uuid:uuid>/page/<int:number>/", web.page, name="page"),
    path("<uuid:uuid>/vignette/", web.thumbnail, name="thumbnail"),
]
