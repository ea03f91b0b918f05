"""``path("ui/", include("mediane.ground.ui.urls"))``"""

from django.urls import path

from . import views

app_name = "ui"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
]
