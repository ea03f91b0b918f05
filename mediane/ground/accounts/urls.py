"""Addresses of accounts. allauth looks its pages up by name: those that exist here are all that can be reached."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from mediane.ground.accounts.web import oneself, settings

_library = [
    path("connexion/", account.login, name="account_login"),
    path("connexion/code/", mfa.authenticate, name="mfa_authenticate"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmer/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    # Somebody without a password (signed in by a link) asks for one as if it were forgotten.
    path(
        "mot-de-passe/choisir/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mot-de-passe/change/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("second-facteur/", mfa.index, name="mfa_index"),
    path("second-facteur/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-facteur/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-facteur/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-facteur/codes/nouveaux/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-facteur/codes/fichier/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sessions/", oneself.OpenSessions.as_view(), name="usersessions_list"),
]

_desk = [
    path("personnes/", settings.people, name="people"),
    path("personnes/inviter/", settings.invite, name="invite"),
    path("personnes/<int:person_id>/", settings.person, name="person"),
    path("personnes/<int:person_id>/role/", settings.grant, name="grant"),
    path("personnes/<int:person_id>/role/<int:membership_id>/fin/", settings.end_role, name="end_role"),
    path("personnes/<int:person_id>/second-facteur/", settings.reset_second_factor, name="reset_second_factor"),
    path("invitations/<int:invitation_id>/annuler/", settings.revoke_invitation, name="revoke_invitation"),
    path("roles/", settings.roles, name="roles"),
    path("jetons/", settings.tokens, name="tokens"),
    path("jetons/<int:token_id>/revoquer/", settings.revoke_token, name="revoke_token"),
    path("journal-des-acces/", settings.events, name="events"),
]

_ours: list[URLPattern | URLResolver] = [
    path("compte/accueil/", oneself.home, name="home"),
    path("compte/profil/", oneself.profile, name="profile"),
    path("compte/organisme/", oneself.switch, name="switch"),
    path("compte/invitation/<str:token>/", oneself.accept, name="accept"),
    path("bureau/reglages/", include(_desk)),
]

urlpatterns = [
    path("compte/", include(_library)),
    path("", include((_ours, "accounts"))),
]
