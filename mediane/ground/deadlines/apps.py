from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "mediane.ground.deadlines"
    label = "deadlines"
    default_auto_field = "django.db.models.BigAutoField"
