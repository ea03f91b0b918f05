from django.apps import AppConfig


class RulesetsConfig(AppConfig):
    name = "mediane.ground.rulesets"
    label = "rulesets"
    default_auto_field = "django.db.models.BigAutoField"
