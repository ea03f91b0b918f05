"""Words of the procedure, with stable lower_snake values; the labels are French and translated.

Values are those of the files and of the assessment of dated facts, on which outside parties rely. `rules.py` must start
without Django and writes the few that it needs as plain strings; a test keeps the two equal.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a referral stands. See `workflow.py` for the ways from one to another."""

    DRAFT = "draft", _("Brouillon")
    RECEIVED = "received", _("Reçue")
    INCOMPLETE = "incomplete", _("Pièces demandées")
    UNDER_REVIEW = "under_review", _("Recevabilité à l’examen")
    INADMISSIBLE = "inadmissible", _("Refusée")
    REDIRECTED = "redirected", _("Réorientée")
    PREMATURE = "premature", _("Trop tôt")
    WITHDRAWN_EARLY = "withdrawn_early", _("Retirée avant la notification")
    MISSION_ENDED_EARLY = "mission_ended_early", _("Mission terminée avant la notification")
    AWAITING_ENTRY = "awaiting_entry", _("Notifiée, accord du professionnel attendu")
    IN_MEDIATION = "in_mediation", _("En médiation")
    PROPOSAL_NOTIFIED = "proposal_notified", _("Proposition notifiée")
    IN_EXECUTION = "in_execution", _("Accord à exécuter")
    CLOSED = "closed", _("Terminée")
    ARCHIVED = "archived", _("Archivée")
    DESTROYED = "destroyed", _("Détruite")

    @property
    def short(self) -> str:
        """In one or two words, for a list that is scanned by people who know the procedure."""
        return str(_SHORT.get(self.value, self.label))


_SHORT = {
    "under_review": _("Recevabilité"),
    "withdrawn_early": _("Retirée"),
    "mission_ended_early": _("Mission terminée"),
    "awaiting_entry": _("Entrée attendue"),
    "proposal_notified": _("Proposition envoyée"),
    "in_execution": _("En exécution"),
}


class Queue(TextChoices):
    """What a file waits for, as the worklist sorts it. Each open file is in one of them."""

    ADMISSIBILITY = "admissibility", _("Recevabilité")
    MEDIATION = "mediation", _("Médiation en cours")
    PROPOSAL = "proposal", _("Proposition à rédiger")
    ANSWERS = "answers", _("Réponse attendue")
    EXECUTION = "execution", _("Exécution à suivre")


class Outcome(TextChoices):
    """How a notified referral ended.

    The `proposal` of files becomes one of the three `proposal_…` by the two answers.
    """

    AGREED_DIRECTLY = "agreed_directly", _("Accord direct")
    PROPOSAL_ACCEPTED = "proposal_accepted", _("Proposition acceptée")
    PROPOSAL_REFUSED = "proposal_refused", _("Proposition refusée")
    PROPOSAL_UNANSWERED = "proposal_unanswered", _("Proposition sans réponse")
    ENTRY_REFUSED = "entry_refused", _("Entrée en médiation refusée")
    WITHDRAWN_CONSUMER = "withdrawn_consumer", _("Retrait du consommateur")
    WITHDRAWN_TRADER = "withdrawn_trader", _("Retrait du professionnel")
    MISSION_ENDED = "mission_ended", _("Fin de mission du médiateur")
    COURT_SEIZED = "court_seized", _("Tribunal saisi")
    OTHER_MEDIATOR_SEIZED = "other_mediator_seized", _("Autre médiateur saisi")


class Ground(TextChoices):
    """The five grounds of article L. 612-2: a closed list. Details of a ground are data."""

    NO_PRIOR_COMPLAINT = "L612-2-1", _("Pas de réclamation écrite préalable")
    UNFOUNDED_OR_ABUSIVE = "L612-2-2", _("Demande manifestement infondée ou abusive")
    OTHER_FORUM = "L612-2-3", _("Litige examiné par un autre médiateur ou par un tribunal")
    OVER_ONE_YEAR = "L612-2-4", _("Plus d’un an après la réclamation écrite")
    OUT_OF_COMPETENCE = "L612-2-5", _("Hors du champ de compétence")

    @property
    def article(self) -> str:
        """« L. 612-2, 4° »."""
        return f"L. 612-2, {self.value[-1]}°"


class Decision(TextChoices):
    """On admissibility. `incomplete` comes from files only: a live case never ends so."""

    ADMISSIBLE = "admissible", _("Recevable")
    INADMISSIBLE = "inadmissible", _("Refusée")
    PREMATURE = "premature", _("Trop tôt")
    INCOMPLETE = "incomplete", _("Incomplète")
    REDIRECTED = "redirected", _("Réorientée")


class Entry(TextChoices):
    """The trader's answer on the principle of mediation; `deemed_…` follows from silence and from the convention."""

    ACCEPTED = "accepted", _("Acceptée")
    REFUSED = "refused", _("Refusée")
    DEEMED_ACCEPTED = "deemed_accepted", _("Réputée acceptée")
    DEEMED_REFUSED = "deemed_refused", _("Réputée refusée")


class Channel(TextChoices):
    WEB = "web", _("Site")
    EMAIL = "email", _("Courriel")
    POST = "post", _("Courrier")
    PHONE = "phone", _("Téléphone")
    COUNTER = "counter", _("Guichet")
    OTHER = "other", _("Autre")


class RequesterKind(TextChoices):
    CONSUMER = "consumer", _("Consommateur")
    NON_PROFESSIONAL = "non_professional", _("Non-professionnel")
    PROFESSIONAL = "professional", _("Professionnel")
    ASSOCIATION = "association", _("Association")
    LAWYER = "lawyer", _("Avocat")
    LEGAL_PROTECTION = "legal_protection", _("Protection juridique")
    CONCILIATOR = "conciliator", _("Conciliateur de justice")
    OTHER = "other", _("Autre")


class Party(TextChoices):
    """The two parties. The requester is the person at the keyboard for the consumer."""

    CONSUMER = "consumer", _("Consommateur")
    TRADER = "trader", _("Professionnel")

    @property
    def other(self) -> Party:
        return Party.TRADER if self is Party.CONSUMER else Party.CONSUMER


class Asked(TextChoices):
    """What is asked of a party in the exchange: a piece, an answer, or what it has to say (on the dispute, on pieces communicated)."""

    PIECE = "piece", _("Pièce")
    QUESTION = "question", _("Question")
    POSITION = "position", _("Position")
    OBSERVATIONS = "observations", _("Observations")


class PositionValue(TextChoices):
    """The trader's coded position on the claim."""

    AGREES = "agrees", _("Nous faisons droit à la demande")
    PARTLY = "partly", _("Nous y faisons droit en partie")
    OFFERS = "offers", _("Nous proposons autre chose")
    CONTESTS = "contests", _("Nous la contestons")


class Agreed(TextChoices):
    """A party's word on one point."""

    YES = "yes", _("D’accord")
    PARTLY = "partly", _("En partie")
    NO = "no", _("Pas d’accord")


class Audience(TextChoices):
    """Who may read a message, a piece, a letter."""

    CONSUMER = "consumer", _("Consommateur seul")
    TRADER = "trader", _("Professionnel seul")
    BOTH = "both", _("Les deux parties")
    OFFICE = "office", _("Équipe de médiation")
    MEDIATOR = "mediator", _("Médiateur seul")


class Answer(TextChoices):
    """A party's answer to the proposal; `silent` is written when time is up, never by a party."""

    ACCEPTED = "accepted", _("Acceptée")
    REFUSED = "refused", _("Refusée")
    SILENT = "silent", _("Sans réponse")


class Orientation(TextChoices):
    """Which way the proposed solution leans (R. 614-2, 8°)."""

    CONSUMER = "consumer", _("En faveur du consommateur")
    CONSUMER_PARTLY = "consumer_partly", _("En partie en faveur du consommateur")
    TRADER = "trader", _("En faveur du professionnel")
    SHARED = "shared", _("Partagée")


class Basis(TextChoices):
    """What the proposed solution rests on."""

    LAW = "law", _("Droit")
    EQUITY = "equity", _("Équité")


class Execution(TextChoices):
    """Whether what was agreed was done (R. 614-2, 6°)."""

    YES = "yes", _("Exécuté")
    NO = "no", _("Non exécuté")
    UNKNOWN = "unknown", _("Non connu")


class ComplaintAnswer(TextChoices):
    """What the trader answered to the complaint that came before the referral."""

    SATISFIED = "satisfied", _("Satisfaction donnée")
    PARTLY = "partly", _("Satisfaction partielle")
    REFUSED = "refused", _("Refus")


class EntrySilence(TextChoices):
    """Effect of the trader's silence on the principle: a rule of the convention, said in the letter."""

    REFUSAL = "refusal", _("Vaut refus")
    ACCEPTANCE = "acceptance", _("Vaut acceptation du principe")
    REMIND = "remind", _("Une relance, puis vaut refus")


class AnswerSilence(TextChoices):
    """Effect of a party's silence on the proposal: never an acceptance."""

    REFUSAL = "refusal", _("Vaut refus")
    REMIND = "remind", _("Une relance, puis vaut refus")


class ResumeReason(TextChoices):
    """Why a closed mediation may go on, within the date printed in the letter."""

    BOTH_CONSENT = "both_consent", _("Les deux parties en sont d’accord")
    WITHDRAWAL_BY_MISTAKE = "withdrawal_by_mistake", _("Retrait fait par erreur")
    SEIZURE_UNTRUE = "seizure_untrue", _("Information inexacte sur la saisine d’un tribunal ou d’un autre médiateur")


class Informant(TextChoices):
    """Who told the office that a court or another mediator has the dispute. A code: both parties read the letter, and it names no third person."""

    CONSUMER = "consumer", _("Le consommateur")
    TRADER = "trader", _("Le professionnel")
    FORUM = "forum", _("Le tribunal ou le médiateur saisi")
    THIRD_PARTY = "third_party", _("Un tiers")


class ReplacementReason(TextChoices):
    """Why the direction of a body names another mediator for a case (R. 613-1)."""

    OBJECTION = "objection", _("Opposition d’une partie")
    OWN_WISH = "own_wish", _("Souhait du médiateur")
    MANDATE_ENDED = "mandate_ended", _("Fin de son mandat")


class LateReason(TextChoices):
    """Why a clock was closed or moved after its date: asked of the office, counted in the dashboard."""

    LATE_DOCUMENTS = "late_documents", _("Pièces ou observations reçues tardivement")
    EXPERT_AWAITED = "expert_awaited", _("Avis d’expert attendu")
    PARTIES_NEGOTIATING = "parties_negotiating", _("Échanges en cours entre les parties")
    MEDIATOR_REPLACED = "mediator_replaced", _("Changement de médiateur")
    OVERSIGHT = "oversight", _("Échéance dépassée par l’organisme")
