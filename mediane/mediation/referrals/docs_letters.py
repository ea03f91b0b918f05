"""`docs/generated/letters.md`: every letter for a jurist to check — when, to whom, which statements with their article, and the text itself."""

from __future__ import annotations

from mediane.ground.correspondence.kinds import LetterKind, Requirement
from mediane.ground.correspondence.rendering import render
from mediane.ground.correspondence.typography import flat
from mediane.mediation.referrals.letters import KINDS
from mediane.mediation.referrals.letters.samples import samples_of

PARTIES = {"consumer": "au consommateur", "trader": "au professionnel"}
MARKS = {"A": "texte officiel lu", "B": "source secondaire", "C": "pratique ou prudence"}
WORDS = {
    "entry_asked": "l’accord du professionnel est demandé",
    "!entry_asked": "le principe a été accepté d’avance",
    "entered": "le professionnel est entré en médiation",
    "!entered": "le professionnel n’est pas entré en médiation",
    "early": "avant la notification",
    "!early": "après la notification",
    "after_notification": "après la notification",
    "body_is_person": "le médiateur est une personne seule",
    "body_is_entity": "l’organisme compte plusieurs médiateurs",
    "energy": "secteur de l’énergie",
    "paid_per_case": "l’organisme est payé par dossier",
    "was_silent": "à la partie qui n’a pas répondu",
    "stage.proposal_notified": "reprise à la proposition",
    "!stage.proposal_notified": "reprise avant la proposition",
    "stage.awaiting_entry": "reprise pendant l’attente du professionnel",
}


def condition(requirement: Requirement) -> str:
    """When a statement must stand, in words. KeyError for a condition without words: a jurist would not understand it."""
    said = [WORDS[name] for name in requirement.when]
    if requirement.optional:
        said.append("au choix de l’organisme")
    return " ; ".join(said) or "toujours"


def letters_list() -> str:
    """The whole document, in French."""
    parts = [
        "# Les lettres de la médiation",
        (
            "Chaque lettre part à l’occasion d’une étape de la procédure. Une lettre à laquelle manque une mention obligatoire ne peut pas partir : "
            "l’étape elle-même est refusée. Les textes ci-dessous sont ceux que Médiane fournit ; un organisme peut les adapter et les dater, "
            "sans pouvoir retirer une mention. Les personnes et les dates des exemples sont inventées."
        ),
        "Fiabilité de la source : " + " · ".join(f"**{mark}** {words}" for mark, words in MARKS.items()) + ".",
    ]
    for number, kind in enumerate(KINDS, 1):
        parts += _section(number, kind)
    return "\n\n".join(parts) + "\n"


def _section(number: int, kind: LetterKind) -> list[str]:
    to = " et ".join(PARTIES[audience] for audience in kind.audiences)
    parts = [
        f"## {number}. {kind.label}",
        f"`{kind.code}` – {to}. Étapes : {', '.join(f'`{move}`' for move in kind.moves)}.",
        f"**Quand.** {kind.when}",
    ]
    if kind.encloses:
        parts.append("**Joint dans le même fichier :** " + ", ".join(f"`{code}`" for code in kind.encloses) + ".")
    for audience in kind.audiences:
        requirements = kind.text(audience).requirements
        if requirements:
            rows = ["| mention | article | fiabilité | quand | idée |", "|---|---|---|---|---|"]
            for r in requirements:
                statement = kind.statement(r.id)
                rows.append(
                    f"| `{r.id}` | {statement.article or '–'} | {statement.mark} | {condition(r)} | {statement.idea} |"
                )
            parts.append(
                (f"Mentions {PARTIES[audience]} :\n\n" if len(kind.audiences) > 1 else "Mentions :\n\n")
                + "\n".join(rows)
            )
        else:
            parts.append(
                "Aucune mention obligatoire : cette page ne donne que des faits."
                if kind.content_free
                else "Aucune mention obligatoire."
            )
        sample = next(s for s in samples_of(kind.code) if s.audience == audience)
        rendered = render(kind, audience, sample.context, sample.sender, addressee_gender=sample.addressee.gender)
        lines = [
            f"**{flat(rendered.title)}**",
            f"Objet du courriel : {flat(rendered.subject)}",
            *rendered.plain_text.split("\n"),
        ]
        parts.append("\n".join(f"> {line}".rstrip() for line in [*"\n\n".join(lines[:2]).split("\n"), "", *lines[2:]]))
    return parts
