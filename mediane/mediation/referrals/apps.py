from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "mediane.mediation.referrals"
    label = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.mediation.referrals import handlers, letters, tasks  # noqa: F401  (register kinds of letters, reactions, jobs)

        handlers.register()
