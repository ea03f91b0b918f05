from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "mediane.ground.ui"
    label = "ui"
