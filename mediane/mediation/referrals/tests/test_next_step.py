"""Where it stands and what next, for each reader: the sentence, whose hand, by when, and whether that is the reader. No database: words of columns."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from mediane.ground.correspondence.typography import flat
from mediane.ground.deadlines.models import Clock
from mediane.mediation.referrals.enums import Execution, Outcome, Party, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.sentences import STAFF, expected, next_step
from mediane.mediation.referrals.workflow import SEEN_BY_TRADER
from mediane.mediation.traders.models import Trader

C, T = Party.CONSUMER.value, Party.TRADER.value
D = {
    "rejection": 4,
    "pieces": 7,
    "entry": 9,
    "mediation": 14,
    "observations": 11,
    "acceptance": 16,
    "objection": 18,
    "execution": 21,
}
"""Days of December 2026 on which the clocks end."""
WORDS = {4: "vendredi 4 décembre 2026", 7: "lundi 7 décembre 2026", 9: "mercredi 9 décembre 2026", 11: "vendredi 11 décembre 2026",
         14: "lundi 14 décembre 2026", 16: "mercredi 16 décembre 2026", 18: "vendredi 18 décembre 2026", 21: "lundi 21 décembre 2026"}  # fmt: skip


def referral(state: str, **columns) -> Referral:
    return Referral(state=state, trader=Trader(name="Colis Bleuet"), consumer_name="Mme Roussel", **columns)


def clock(kind: str, **columns) -> Clock:
    values = {"kind": kind, "due_on": date(2026, 12, D[kind]), "first_due_on": date(2026, 12, D[kind])}
    return Clock(**(values | columns))


def step(state: str, reader: str, *kinds: str, answered: bool = False, clocks=None, **columns):
    running = {kind: clock(kind) for kind in kinds} | (clocks or {})
    with override("fr"):
        found = next_step(referral(state, **columns), reader, running, answered=answered)
    return flat(found.text), found.hand, found.due_on.day if found.due_on else None, found.yours


OBSERVED = {party: {f"observations:{party}": clock("observations", hand=party)} for party in (C, T)}
TABLE = [
    # state, reader, clocks that run, columns → sentence, hand, day, is it the reader's turn
    ("draft", C, (), {}, "Votre demande n’est pas encore envoyée.", "consumer", None, True),
    ("received", C, ("rejection",), {}, f"il vous le dit au plus tard le {WORDS[4]}.", "mediation", 4, False),
    ("received", STAFF, ("rejection",), {}, f"Décider de la recevabilité au plus tard le {WORDS[4]}", "mediation", 4, True),
    ("under_review", C, ("rejection",), {}, f"il vous le dit au plus tard le {WORDS[4]}.", "mediation", 4, False),
    ("under_review", STAFF, ("rejection",), {}, "notifier aux parties ou refuser", "mediation", 4, True),
    ("incomplete", C, ("rejection", "pieces"), {}, f"si possible au plus tard le {WORDS[7]}", "consumer", 7, True),
    ("incomplete", STAFF, ("rejection", "pieces"), {}, f"En attente des pièces de Mme Roussel jusqu’au {WORDS[7]} ; la décision reste due le {WORDS[4]}.",
     "consumer", 7, False),
    ("inadmissible", C, (), {}, "Sa lettre dit pourquoi et ce que vous pouvez faire.", "", None, False),
    ("inadmissible", STAFF, (), {}, "au demandeur seul", "", None, False),
    ("redirected", C, (), {}, "la lettre donne l’adresse", "", None, False),
    ("redirected", STAFF, (), {}, "Réorientée", "", None, False),
    ("premature", C, (), {"premature_until": date(2026, 12, 18)}, f"à partir du {WORDS[18]}", "consumer", 18, False),
    ("premature", STAFF, (), {"premature_until": date(2026, 12, 18)}, f"un rappel part le {WORDS[18]}", "", 18, False),
    ("withdrawn_early", C, (), {}, "Vous avez retiré votre demande.", "", None, False),
    ("withdrawn_early", STAFF, (), {}, "Retirée par le demandeur avant la notification.", "", None, False),
    ("mission_ended_early", C, (), {}, "La mission du médiateur a pris fin avant la notification.", "", None, False),
    ("awaiting_entry", T, ("entry", "mediation"), {}, f"Dites si vous acceptez le principe de la médiation, au plus tard le {WORDS[9]}.", "trader", 9, True),
    ("awaiting_entry", C, ("entry", "mediation"), {}, f"En attente de la réponse du professionnel jusqu’au {WORDS[9]} ; ensuite, chacun donne", "trader", 9, False),
    ("awaiting_entry", STAFF, ("entry", "mediation"), {}, f"En attente de la réponse de Colis Bleuet jusqu’au {WORDS[9]}", "trader", 9, False),
    ("in_mediation", C, ("mediation",), {}, f"La médiation doit se terminer au plus tard le {WORDS[14]}.", "mediation", 14, False),
    ("in_mediation", T, ("mediation",), {}, f"La médiation doit se terminer au plus tard le {WORDS[14]}.", "mediation", 14, False),
    ("in_mediation", STAFF, ("mediation",), {}, f"Proposer une solution ou constater un accord au plus tard le {WORDS[14]}.", "mediation", 14, True),
    ("proposal_notified", C, ("acceptance",), {}, f"Répondez au plus tard le {WORDS[16]}.", "consumer", 16, True),
    ("proposal_notified", T, ("acceptance",), {}, f"Répondez au plus tard le {WORDS[16]}.", "trader", 16, True),
    ("proposal_notified", STAFF, ("acceptance",), {}, f"jusqu’au {WORDS[16]} ; les réponses restent scellées", "consumer", 16, False),
    ("in_execution", C, ("execution",), {}, f"au plus tard le {WORDS[21]}. Dites ensuite si c’est fait.", "trader", 21, False),
    ("in_execution", T, ("execution",), {}, f"au plus tard le {WORDS[21]}. Déclarez-le ici, avec la preuve.", "trader", 21, True),
    ("in_execution", STAFF, ("execution",), {}, f"Accord à exécuter au plus tard le {WORDS[21]}", "trader", 21, False),
    ("archived", STAFF, (), {}, "Dossier archivé.", "", None, False),
    ("destroyed", STAFF, (), {}, "Dossier archivé.", "", None, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "reader", "kinds", "columns", "said", "hand", "due", "yours"),
    TABLE,
    ids=[f"{row[0]}-{row[1]}" for row in TABLE],
)
def test_the_next_step(state, reader, kinds, columns, said, hand, due, yours):
    text, *rest = step(state, reader, *kinds, **columns)
    assert said in text
    assert rest == [hand, due, yours]
    assert "{" not in text


def test_every_state_speaks_to_everyone_who_sees_it_in_both_languages():
    for state in State.values:
        readers = [STAFF, C, *([T] if state in SEEN_BY_TRADER else [])]
        for reader in readers:
            running = {kind: clock(kind, hand=T) for kind in D}
            one = referral(state, premature_until=date(2026, 12, 18), outcome="entry_refused")
            said = []
            for language in ("fr", "en"):
                with override(language):
                    said.append(next_step(one, reader, running).text)
            assert said[0] != said[1], (state, reader)
            assert all("{" not in text for text in said)


@pytest.mark.parametrize("asked", [C, T])
def test_observations_are_told_to_the_one_asked_and_hidden_from_the_other(asked):
    other = T if asked == C else C
    text, hand, due, yours = step("in_mediation", asked, "mediation", clocks=OBSERVED[asked])
    assert f"jusqu’au {WORDS[11]}" in text and (hand, due, yours) == (asked, 11, True)
    assert step("in_mediation", other, "mediation", clocks=OBSERVED[asked]) == step("in_mediation", other, "mediation")
    text, hand, due, yours = step("in_mediation", STAFF, "mediation", clocks=OBSERVED[asked])
    who = {C: "Mme Roussel", T: "Colis Bleuet"}[asked]
    assert (
        text
        == f"En attente des observations de {who} jusqu’au {WORDS[11]} ; ensuite, proposer une solution au plus tard le {WORDS[14]}."
    )
    assert (hand, due, yours) == (asked, 11, False)


@pytest.mark.parametrize("reader", [C, T])
def test_who_answered_reads_the_first_date_whatever_reminder_went_to_the_other(reader):
    before = step("proposal_notified", reader, "acceptance", answered=True)
    reminded = {"acceptance": clock("acceptance", due_on=date(2026, 12, 28))}
    assert step("proposal_notified", reader, clocks=reminded, answered=True) == before
    text, hand, due, yours = before
    assert f"après le {WORDS[16]}" in text and (hand, due, yours) == ("", 16, False)
    text, hand, due, yours = step("proposal_notified", reader, clocks=reminded)
    assert "lundi 28 décembre 2026" in text and (hand, due, yours) == (reader, 28, True)


@pytest.mark.parametrize("reader", [C, T, STAFF])
def test_a_lock_is_the_first_thing_said(reader):
    text, hand, due, yours = step("in_mediation", reader, "mediation", "objection", locked=True)
    if reader == STAFF:
        assert "verrouillé pour le médiateur" in text and (hand, due, yours) == ("mediation", 18, False)
    else:
        assert f"Vous pouvez vous opposer jusqu’au {WORDS[18]}" in text and (hand, due, yours) == (reader, 18, True)
    assert step("in_mediation", reader, "mediation", locked=True) == step("in_mediation", reader, "mediation")
    assert step("in_mediation", reader, "mediation", "objection") == step("in_mediation", reader, "mediation")


ENDINGS = {
    ("agreed_directly", "yes"): "Un accord a été trouvé et exécuté.",
    ("proposal_accepted", "yes"): "Un accord a été trouvé et exécuté.",
    ("proposal_accepted", "no"): "Un accord a été trouvé ; il n’a pas été exécuté.",
    ("proposal_accepted", "unknown"): "Un accord a été trouvé ; son exécution n’est pas connue.",
    ("proposal_accepted", ""): "Un accord a été trouvé ; son exécution n’est pas connue.",
    ("proposal_refused", ""): "La proposition n’a pas été acceptée par les deux parties : la médiation est terminée.",
    ("proposal_unanswered", ""): "Une réponse manquait à la date fixée : la médiation est terminée sans accord.",
    ("entry_refused", ""): "Le professionnel n’est pas entré en médiation : elle est terminée.",
    ("withdrawn_consumer", ""): "Le consommateur s’est retiré : la médiation est terminée.",
    ("withdrawn_trader", ""): "Le professionnel s’est retiré : la médiation est terminée.",
    ("court_seized", ""): "Un tribunal est saisi : la médiation est terminée.",
    ("other_mediator_seized", ""): "Un autre médiateur est saisi : la médiation est terminée.",
    ("mission_ended", ""): "La mission du médiateur a pris fin : la médiation est terminée.",
}


def test_every_end_is_said_the_same_to_everyone():
    assert {outcome for outcome, _ in ENDINGS} == set(Outcome.values)
    assert {execution for _, execution in ENDINGS if execution} == set(Execution.values)
    for (outcome, execution), said in ENDINGS.items():
        for reader in (C, T, STAFF):
            assert step("closed", reader, outcome=outcome, execution=execution) == (said, "", None, False)


def test_a_trader_that_is_not_identified_goes_by_the_name_given():
    one = Referral(state="awaiting_entry", trader_given="Boutique inconnue", consumer_name="Mme Roussel")
    with override("fr"):
        assert "de Boutique inconnue" in next_step(one, STAFF, {"entry": clock("entry")}).text


def test_a_row_of_the_worklist_says_what_is_expected():
    with override("fr"):
        assert expected(referral("in_mediation"), "observations") == "Envoyer ses observations"
        assert expected(referral("in_mediation"), "objection") == "S’opposer, ou non, au médiateur"
        assert expected(referral("in_mediation"), "mediation") == "Proposer une solution"
        said = {state: expected(referral(state), "rejection") for state in State.values}
    assert {state for state, text in said.items() if text} == {
        "received", "incomplete", "under_review", "awaiting_entry", "in_mediation", "proposal_notified", "in_execution",
    }  # fmt: skip
    assert len(set(said.values()) - {""}) == 7
