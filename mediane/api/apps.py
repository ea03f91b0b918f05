from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "mediane.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mediane.ground.accounts.services import register_token_scope

        register_token_scope("referrals:write", _("Envoyer des saisines"))
        register_token_scope("referrals:read", _("Lire l’état des saisines"))
        register_token_scope("import", _("Importer des fichiers"))
        register_token_scope("reports:read", _("Lire le rapport annuel"))
