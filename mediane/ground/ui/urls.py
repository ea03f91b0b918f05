"""``path("ui/", include("mediane.ground.ui.urls"))``"""

from django.urls import path

from . import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("pages/<slug:name>/", views.page, name="page"),
    path("erreurs/<int:code>/", views.error, name="error"),
    path("preferences/", views.preferences, name="preferences"),
]
