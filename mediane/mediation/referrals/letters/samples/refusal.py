"""Trials of the five refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.kernel.periods import Period
from mediane.mediation.referrals.letters.refusal import (
    RefusalNoPriorComplaint,
    RefusalOtherForum,
    RefusalOutOfScope,
    RefusalOverOneYear,
    RefusalUnfoundedOrAbusive,
)
from mediane.mediation.referrals.letters.samples.book import (
    BY_DELEGATION,
    FILED,
    HORIZON,
    NUMBER,
    ONE_PERSON,
    SITE,
    Book,
)


def add(book: Book) -> None:
    say = book.say
    prior = RefusalNoPriorComplaint(
        **NUMBER,
        **HORIZON,
        trader_complaint_address="Colis Horizon, service clients, BP 40, 44991 Saint-Aubin",
        premature_wait=Period.parse("2m"),
        resubmit_url=SITE,
        draft_kept_until_on=date(2027, 11, 20),
        reason_detail=say(
            "L’appel du 12 septembre ne suffit pas : la réclamation doit être écrite.",
            "The call of 12 September is not enough: the complaint must be in writing.",
        ),
    )
    for code in ("refusal_no_prior_complaint", "complaint_model"):
        book.add(code, "consumer", prior)
        book.add(code, "consumer", replace(prior, reason_detail=""), "sans précision", BY_DELEGATION)
    unfounded = RefusalUnfoundedOrAbusive(
        **NUMBER,
        **HORIZON,
        remarks_due_on=date(2026, 12, 21),
        mediator_reason=say(
            "la somme demandée vous a été versée le 20 octobre 2026, comme le montre votre propre relevé.",
            "the amount claimed was paid to you on 20 October 2026, as your own statement shows.",
        ),
    )
    book.add("refusal_unfounded_or_abusive", "consumer", unfounded)
    forum = RefusalOtherForum(
        **NUMBER,
        **HORIZON,
        other_forum_name=say("le tribunal judiciaire de Belle-Rive", "the court of Belle-Rive"),
        other_forum_reference="RG 26/01234",
    )
    book.add("refusal_other_forum", "consumer", forum)
    mediator = replace(
        forum,
        other_forum_name=say("la médiation Grand-Large", "Médiation Grand-Large"),
        already_examined=True,
        other_forum_reference="",
        sector_exception=say(
            "Dans le secteur de l’énergie, vous pouvez encore saisir le médiateur national de l’énergie.",
            "In the energy sector, you can still refer your dispute to the national energy mediator.",
        ),
    )
    book.add("refusal_other_forum", "consumer", mediator, "autre médiateur, déjà examiné")
    book.add(
        "refusal_over_one_year",
        "consumer",
        RefusalOverOneYear(**NUMBER, **HORIZON, complaint_on=date(2025, 10, 2), filed_on=FILED),
    )
    scope = RefusalOutOfScope(
        **NUMBER,
        **HORIZON,
        scope_reason=say(
            "Les litiges entre professionnels ne sont pas de ma compétence.",
            "Disputes between businesses are not within my competence.",
        ),
        competent_body_name="Médiation Grand-Large",
        competent_body_address="5, rue du Phare, 29990 Port-Clair",
        competent_body_url="https://grandlarge.example",
    )
    book.add("refusal_out_of_scope", "consumer", scope)
    nobody = replace(scope, competent_body_name="", competent_body_address="", competent_body_url="")
    book.add("refusal_out_of_scope", "consumer", nobody, "aucun autre médiateur connu", ONE_PERSON)
