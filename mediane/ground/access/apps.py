from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "mediane.ground.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.ground.access import rules, session  # noqa: F401 — importing registers
        from mediane.ground.accounts.current import register_session_actor

        register_session_actor(session.actor_of)
