"""Roles: a paragraph and a list each, so that a jurist can check them.

A role is held in one organisation between two dates (`Membership`). What a role may do to a *referral* stands in the workflow table
(`mediation.referrals.workflow`); what it may see stands in `visible_to`. Here stand the permissions that no workflow knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Who acts. The last three are no membership: a requester holds a link, the system runs a job, a machine holds a token."""

    MEDIATOR = "mediator"
    DELEGATE = "delegate"
    OFFICER = "officer"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CORRESPONDENT = "correspondent"
    REQUESTER = "requester"
    SYSTEM = "system"
    API = "api"


class Permission(StrEnum):
    """What may be asked of `Actor.may`. Asking for anything else is a programming error."""

    READ_CASES = "read_cases"
    READ_MEDIATOR_NOTES = "read_mediator_notes"
    WORK_CASES = "work_cases"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_TRADERS = "manage_traders"
    APPROVE_LETTERS = "approve_letters"
    SEND_LETTERS = "send_letters"
    READ_FIGURES = "read_figures"
    IMPORT = "import"
    READ_ARCHIVE = "read_archive"
    APPROVE_DESTRUCTION = "approve_destruction"
    ANSWER_FOR_TRADER = "answer_for_trader"


P = Permission


@dataclass(frozen=True)
class RoleDefinition:
    role: Role
    label: object  # lazy text
    paragraph: object  # lazy text: what a jurist reads
    permissions: frozenset[Permission]
    staff: bool = True  # works for a mediation body


DEFINITIONS: dict[Role, RoleDefinition] = {
    definition.role: definition
    for definition in (
        RoleDefinition(
            Role.MEDIATOR,
            _("Médiateur"),
            _(
                "Personne physique qui mène la médiation, sous un mandat en cours. Examine la recevabilité, notifie, propose une solution en "
                "personne, prolonge, déclare un conflit d’intérêts. Lit tout dossier de son organisme et ses propres notes."
            ),
            frozenset(
                {
                    P.READ_CASES,
                    P.READ_MEDIATOR_NOTES,
                    P.WORK_CASES,
                    P.SEND_LETTERS,
                    P.APPROVE_LETTERS,
                    P.READ_FIGURES,
                    P.READ_ARCHIVE,
                }
            ),
        ),
        RoleDefinition(
            Role.DELEGATE,
            _("Délégué du médiateur"),
            _(
                "Agit pour le médiateur par délégation écrite : recevabilité, refus, notification, clôture. Ne propose jamais de solution et "
                "ne prolonge pas ; ne lit pas les notes du médiateur."
            ),
            frozenset({P.READ_CASES, P.WORK_CASES, P.SEND_LETTERS, P.READ_FIGURES}),
        ),
        RoleDefinition(
            Role.OFFICER,
            _("Chargé de médiation"),
            _(
                "Instruit : saisit les demandes reçues par courrier ou par téléphone, demande les pièces, prépare, suit les échanges et "
                "l’exécution. Ne refuse pas, ne notifie pas, ne propose pas."
            ),
            frozenset({P.READ_CASES, P.WORK_CASES, P.SEND_LETTERS, P.READ_FIGURES, P.IMPORT}),
        ),
        RoleDefinition(
            Role.DIRECTOR,
            _("Direction de l’organisme"),
            _(
                "Dirige l’organisme : règles, modèles de lettres, professionnels, rapport annuel ; remplace un médiateur empêché ; "
                "approuve la destruction des dossiers dont la durée est passée. Lit les dossiers, jamais les notes du médiateur."
            ),
            frozenset(
                {
                    P.READ_CASES,
                    P.MANAGE_SETTINGS,
                    P.MANAGE_TRADERS,
                    P.APPROVE_LETTERS,
                    P.APPROVE_DESTRUCTION,
                    P.READ_FIGURES,
                    P.IMPORT,
                    P.READ_ARCHIVE,
                    P.MANAGE_PEOPLE,
                }
            ),
        ),
        RoleDefinition(
            Role.ADMINISTRATOR,
            _("Administrateur"),
            _(
                "Invite les personnes, attribue et retire les rôles, règle l’installation. N’ouvre aucun dossier et n’en voit aucun."
            ),
            frozenset({P.MANAGE_PEOPLE, P.MANAGE_SETTINGS}),
        ),
        RoleDefinition(
            Role.AUDITOR,
            _("Contrôleur"),
            _(
                "Lit les dossiers et le journal pour un contrôle, pendant un temps limité ; chaque lecture est tracée. N’écrit rien."
            ),
            frozenset({P.READ_CASES, P.READ_FIGURES, P.READ_ARCHIVE}),
        ),
        RoleDefinition(
            Role.CORRESPONDENT,
            _("Correspondant du professionnel"),
            _(
                "Répond pour le professionnel : entrée en médiation, position, pièces, réponse à la proposition, exécution. Ne voit un dossier "
                "qu’à partir de sa notification, et jamais l’examen de la recevabilité."
            ),
            frozenset({P.ANSWER_FOR_TRADER}),
            staff=False,
        ),
    )
}

STAFF_ROLES: frozenset[Role] = frozenset(role for role, definition in DEFINITIONS.items() if definition.staff)


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Union of what the roles grant. Pseudo-roles (requester, system, api) grant nothing here."""
    return frozenset().union(*(DEFINITIONS[role].permissions for role in roles if role in DEFINITIONS))
