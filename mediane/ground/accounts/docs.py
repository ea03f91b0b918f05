"""Roles as a jurist reads them: on the settings page and in `docs/generated/roles.md`."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.roles import DEFINITIONS, Permission

P = Permission
LABELS: dict[Permission, Promise] = {
    P.READ_CASES: _("Lire les dossiers de son organisme"),
    P.READ_MEDIATOR_NOTES: _("Lire les notes du médiateur"),
    P.WORK_CASES: _("Instruire un dossier"),
    P.MANAGE_PEOPLE: _("Gérer les comptes et les rôles"),
    P.MANAGE_SETTINGS: _("Régler l’organisme et ses règles"),
    P.MANAGE_TRADERS: _("Gérer les professionnels et les conventions"),
    P.APPROVE_LETTERS: _("Approuver les modèles de lettres"),
    P.SEND_LETTERS: _("Envoyer des lettres"),
    P.READ_FIGURES: _("Lire les chiffres"),
    P.IMPORT: _("Importer des dossiers"),
    P.READ_ARCHIVE: _("Lire les dossiers archivés"),
    P.APPROVE_DESTRUCTION: _("Approuver la destruction des dossiers dont la durée est passée"),
    P.ANSWER_FOR_TRADER: _("Répondre pour le professionnel"),
}


def permission_labels() -> list[tuple[Permission, Promise]]:
    return [(permission, LABELS[permission]) for permission in Permission]


def role_table() -> list[tuple[Promise, list[bool]]]:
    """A row a permission: its label, then whether each role of DEFINITIONS holds it."""
    return [
        (label, [permission in definition.permissions for definition in DEFINITIONS.values()])
        for permission, label in permission_labels()
    ]


def roles_doc() -> str:
    """Markdown. The paragraphs are the French ones, which the screens show."""
    with translation.override("fr"):
        lines = [
            "# Roles",
            "",
            "Generated from `mediane/ground/accounts/roles.py`. A role is held in one organisation between two dates. What a role may do to a",
            "referral stands in the workflow's own matrix; here stands what no workflow knows.",
            "",
        ]
        for definition in DEFINITIONS.values():
            held = ", ".join(f"`{permission}`" for permission in Permission if permission in definition.permissions)
            lines += [
                f"## {definition.label} (`{definition.role}`)",
                "",
                str(definition.paragraph),
                "",
                f"Permissions: {held}.",
                "",
            ]
        lines += ["## Permissions", "", "| permission | " + " | ".join(f"`{role}`" for role in DEFINITIONS) + " |"]
        lines += ["|---|" + "---|" * len(DEFINITIONS)]
        for permission, label in permission_labels():
            marks = ["●" if permission in definition.permissions else "" for definition in DEFINITIONS.values()]
            lines.append(f"| {label} (`{permission}`) | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"
