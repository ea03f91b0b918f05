from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "mediane.config"
    label = "config"
