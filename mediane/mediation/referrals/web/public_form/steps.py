"""The way through the form: which steps there are, which apply to what was said, what they add up to.

A draft keeps what was typed, step by step, as it was typed. Everything else (what is valid, what is missing, the `Dispute` that is sent) is read from it
again each time: nothing is decided on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core import signing
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mediane.ground.documents.enums import Purpose
from mediane.ground.documents.models import Document
from mediane.ground.rulesets.services import Rules, rules_for
from mediane.kernel.typed import clean_line
from mediane.mediation.referrals.enums import RequesterKind
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services.receiving import Dispute, Person
from mediane.mediation.referrals.web.public_form import forms
from mediane.mediation.schemes.models import Body, Subject
from mediane.mediation.schemes.services import subject_tree
from mediane.mediation.traders.models import BusinessLine, Trader
from mediane.mediation.traders.services import designation_in_force, find_traders

PROOF = (Purpose.PRIOR_COMPLAINT, Purpose.COMPLAINT_PROOF)


@dataclass(frozen=True)
class Step:
    """One page. `key` names it in the draft, `slug` in the address; `part` is the stage of the progress bar; `applies` says when it is on the way."""

    key: str
    slug: str
    part: int
    title: Any
    form: type[forms.StepForm] | None = None
    applies: Callable[[Draft], bool] = lambda draft: True
    lede: Any = ""


def _written(draft: Draft) -> bool:
    return draft.value("complaint", "complained") == forms.WRITTEN


def _second_level(draft: Draft) -> bool:
    return _written(draft) and (draft.rules["levels_required"] == 2 or bool(draft.trader and draft.trader.level2_name))


STEPS: tuple[Step, ...] = (
    Step("trader", "entreprise", 1, _("Avec quelle entreprise avez-vous un désaccord ?"), forms.TraderForm),
    Step(
        "other_trader",
        "autre-entreprise",
        1,
        _("Comment s’appelle cette entreprise ?"),
        forms.OtherTraderForm,
        lambda d: d.value("trader", "trader") == forms.OTHER,
        _("Nous vérifierons si elle dépend de nous. Sinon, nous vous dirons à qui vous adresser."),
    ),
    Step("capacity", "a-quel-titre", 2, _("À quel titre faites-vous cette demande ?"), forms.CapacityForm),
    Step("subject", "sujet", 2, _("De quoi s’agit-il ?"), forms.SubjectForm),
    Step(
        "story",
        "faits",
        2,
        _("Racontez ce qui s’est passé"),
        forms.StoryForm,
        lede=_("L’entreprise ne lira pas ces mots tels quels : nous les résumons pour elle."),
    ),
    Step("complaint", "reclamation", 3, _("Avez-vous déjà fait une réclamation à l’entreprise ?"), forms.ComplaintForm),
    Step("complaint_how", "reclamation-ecrite", 3, _("Votre réclamation écrite"), forms.ComplaintHowForm, _written),
    Step("proof", "preuve", 3, _("Montrez-nous votre réclamation"), forms.ProofForm, _written),
    Step("answer", "reponse", 3, _("L’entreprise vous a-t-elle répondu ?"), forms.AnswerForm, _written),
    Step(
        "answer_how",
        "reponse-recue",
        3,
        _("La réponse de l’entreprise"),
        forms.AnswerHowForm,
        lambda d: _written(d) and d.value("answer", "answer") not in (None, "", forms.UNANSWERED),
    ),
    Step(
        "second_level",
        "second-service",
        3,
        _("Un second service de l’entreprise"),
        forms.SecondLevelForm,
        _second_level,
    ),
    Step(
        "proceedings",
        "autres-demarches",
        4,
        _("Vos autres démarches"),
        forms.ProceedingsForm,
        lede=_(
            "Un litige ne s’examine qu’une fois : un médiateur ne peut pas intervenir à côté d’un autre médiateur ou d’un juge."
        ),
    ),
    Step("notes", "a-savoir", 4, _("Avant de continuer"), None, lambda d: bool(d.notes)),
    Step("claim", "demande", 4, _("Votre demande"), forms.ClaimForm),
    Step("identity", "identite", 5, _("Qui êtes-vous ?"), forms.IdentityForm),
    Step("contact", "vous-joindre", 5, _("Comment vous joindre ?"), forms.ContactForm),
    Step(
        "address",
        "adresse",
        5,
        _("Votre adresse postale"),
        forms.AddressForm,
        lede=_("Elle figure sur nos lettres et permet à l’entreprise de retrouver votre dossier."),
    ),
    Step("pieces", "pieces", 6, _("Vos autres pièces"), None),
    Step("check", "verification", 7, _("Relisez votre demande"), forms.CheckForm),
)
BY_KEY = {step.key: step for step in STEPS}
BY_SLUG = {step.slug: step for step in STEPS}
PARTS = len({step.part for step in STEPS})
PART_TITLES = {
    1: _("L’entreprise"),
    2: _("Le litige"),
    3: _("Votre réclamation"),
    4: _("Votre demande"),
    5: _("Vous"),
    6: _("Vos pièces"),
}


@dataclass(frozen=True)
class PieceKind:
    """A piece that helps: why it is asked, what must be read on it, what need not be sent."""

    purpose: str
    slug: str
    name: Any
    why: Any
    legible: tuple[Any, ...]
    useless: tuple[Any, ...] = ()
    applies: Callable[[Draft], bool] = lambda draft: True


PIECES: tuple[PieceKind, ...] = (
    PieceKind(
        Purpose.CONTRACT,
        "contrat",
        _("Contrat, commande ou facture"),
        _("Pour voir ce que l’entreprise devait faire, et à quel prix."),
        (_("le nom de l’entreprise"), _("votre nom"), _("la date et le montant")),
        (_("votre pièce d’identité"), _("vos relevés bancaires complets")),
    ),
    PieceKind(
        Purpose.TRADER_ANSWER,
        "reponse",
        _("Réponse de l’entreprise"),
        _("Pour savoir ce qu’elle vous a dit ou proposé."),
        (_("la date de la réponse"), _("ce que dit l’entreprise")),
        applies=lambda d: d.value("answer", "answer") in ("refused", "partly", "satisfied"),
    ),
    PieceKind(
        Purpose.SECOND_LEVEL,
        "second-service",
        _("Écrit au second service"),
        _("Pour vérifier que vous avez suivi les étapes prévues par votre contrat."),
        (_("la date"), _("le service destinataire")),
        applies=lambda d: d.value("second_level", "asked") == "yes",
    ),
    PieceKind(
        Purpose.DELIVERY,
        "livraison",
        _("Suivi ou preuve de livraison"),
        _("Si votre litige porte sur un colis, une lettre ou une livraison."),
        (_("le numéro de suivi"), _("les dates")),
        (_("une capture sans date"),),
    ),
    PieceKind(
        Purpose.PHOTO,
        "photos",
        _("Photos"),
        _("Si elles montrent le dommage ou le défaut."),
        (_("l’objet en entier, puis le défaut de près"),),
    ),
    PieceKind(
        Purpose.EXCHANGE,
        "echanges",
        _("Autres échanges avec l’entreprise"),
        _("Seulement ceux qui expliquent le litige."),
        (_("les dates"), _("qui écrit à qui")),
    ),
    PieceKind(
        Purpose.OTHER,
        "autre",
        _("Une autre pièce utile"),
        _("Une pièce que l’entreprise ou vous citez dans vos échanges."),
        (_("la date"),),
    ),
)
COMPLAINT_COPY = PieceKind(
    Purpose.PRIOR_COMPLAINT,
    "reclamation",
    _("Copie de votre réclamation"),
    _("La loi nous demande de vérifier que vous avez écrit à l’entreprise, et quand."),
    (_("la date d’envoi"), _("le nom de l’entreprise"), _("ce que vous lui demandez")),
    (_("votre pièce d’identité"), _("vos relevés bancaires complets"), _("des captures sans date")),
)


@dataclass
class Draft:
    """What was said so far. `referral` is None before the first step is kept. Reads are made once, when they are first needed."""

    body: Body
    today: date
    referral: Referral | None = None
    answers: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    asked: str = ""  # the trader looked for
    found: list[Trader] = field(default_factory=list, repr=False)
    _forms: dict[str, forms.StepForm] = field(default_factory=dict, repr=False)
    _traders: dict[str, Trader | None] = field(default_factory=dict, repr=False)

    # ---- what is kept ---------------------------------------------------------------------------------------------------------
    @classmethod
    def of(cls, body: Body, today: date, referral: Referral | None) -> Draft:
        answers = (
            {key: value for key, value in referral.claim.draft.items() if key in BY_KEY and isinstance(value, dict)}
            if referral
            else {}
        )
        return cls(body, today, referral, answers)

    def after(self, key: str, typed: Mapping[str, list[str]]) -> Draft:
        """The draft once this step says this."""
        return Draft(self.body, self.today, self.referral, {**self.answers, key: typed}, _traders=self._traders)

    @property
    def saved_at(self) -> datetime | None:
        said = self.referral.claim.draft.get("saved_at") if self.referral else None
        return datetime.fromisoformat(said) if said else None

    @property
    def page_token(self) -> str:
        """Stands in each page of the form: what is typed after the session ended is still kept, in the right draft."""
        return sign(self.referral.pk) if self.referral else ""

    # ---- steps ------------------------------------------------------------------------------------------------------------------
    @property
    def steps(self) -> list[Step]:
        """Those on the way, in order."""
        return [step for step in STEPS if step.applies(self)]

    def form(self, step: Step) -> forms.StepForm:
        """The step's form, bound to what was kept of it."""
        assert step.form is not None  # noqa: S101 — only pages with fields are asked
        if step.key not in self._forms:
            kept = self.answers.get(step.key)
            self._forms[step.key] = step.form(kept, draft=self) if kept is not None else step.form(draft=self)
        return self._forms[step.key]

    def cleaned(self, key: str) -> dict[str, Any]:
        """What a step validly says; of a step with faults, the fields without."""
        if key not in self.answers:
            return {}
        form = self.form(BY_KEY[key])
        form.is_valid()
        return form.cleaned_data

    def value(self, key: str, name: str) -> Any:
        return self.cleaned(key).get(name)

    def done(self, step: Step) -> bool:
        if step.form is None or step.key == "check":
            return True
        return step.key in self.answers and self.form(step).is_valid()

    @property
    def missing(self) -> list[Step]:
        """Steps on the way that were not, or not validly, answered."""
        return [step for step in self.steps if not self.done(step)]

    def next_after(self, step: Step) -> Step:
        return next((item for item in STEPS[STEPS.index(step) + 1 :] if item.applies(self)), BY_KEY["check"])

    def before(self, step: Step) -> Step | None:
        return next((item for item in reversed(STEPS[: STEPS.index(step)]) if item.applies(self)), None)

    @property
    def here(self) -> Step:
        """Where to take it up again: the first step without an answer, else the summary."""
        return next(iter(self.missing), BY_KEY["check"])

    # ---- what it is about -----------------------------------------------------------------------------------------------------
    def look_for(self, text: str) -> None:
        """Offer the traders that match what was typed."""
        self.asked = clean_line(text, 200)
        self.found = find_traders(self.body.pk, self.asked) if self.asked else []

    def trader_by(self, chosen: str) -> Trader | None:
        """The body's active trader of that id, as a form gave it."""
        if not chosen.isdecimal() or not chosen.isascii() or len(chosen) > 18:
            return None
        if chosen not in self._traders:
            self._traders[chosen] = Trader.objects.filter(body=self.body, active=True, pk=int(chosen)).first()
        return self._traders[chosen]

    @property
    def trader(self) -> Trader | None:
        """The one chosen from the list."""
        return self.trader_by(next(iter(self.answers.get("trader", {}).get("trader", [])), ""))

    @property
    def trader_name(self) -> str:
        return self.trader.name if self.trader else (self.value("other_trader", "trader_given") or "")

    @cached_property
    def under_convention(self) -> bool | None:
        return None if self.trader is None else designation_in_force(self.trader.pk, self.today) is not None

    @cached_property
    def business_lines(self) -> list[BusinessLine]:
        return list(BusinessLine.objects.filter(trader=self.trader).order_by("name")) if self.trader else []

    @cached_property
    def subjects(self) -> list[tuple[Subject, list[Subject]]]:
        return subject_tree(self.body.pk)

    @cached_property
    def rules(self) -> Rules:
        return rules_for(self.body.pk, self.today)

    @cached_property
    def pieces(self) -> list[Document]:
        if self.referral is None:
            return []
        return list(Document.objects.of_case(self.referral.pk).for_list())

    def pieces_of(self, purpose: str) -> list[Document]:
        wanted = PROOF if purpose == Purpose.PRIOR_COMPLAINT else (purpose,)
        return [piece for piece in self.pieces if piece.purpose in wanted]

    @property
    def has_proof(self) -> bool:
        return any(piece.purpose in PROOF for piece in self.pieces)

    @property
    def piece_kinds(self) -> Iterator[tuple[PieceKind, list[Document]]]:
        for kind in PIECES:
            if kind.applies(self) or self.pieces_of(kind.purpose):
                yield kind, self.pieces_of(kind.purpose)

    @cached_property
    def notes(self) -> list[Any]:
        """What the law says of the days and facts typed so far: told, never in the way."""
        from mediane.mediation.referrals.web.public_form.notes import notes_of

        return notes_of(self)

    # ---- what is sent ----------------------------------------------------------------------------------------------------------
    def dispute(self) -> Dispute:
        """The referral as its service takes it. Only what lies on the way counts: an answer to a question that no longer applies is left out."""
        on_way = {step.key for step in self.steps}

        def said(key: str, name: str) -> Any:
            return self.value(key, name) if key in on_way else None

        def yes_no(name: str) -> bool | None:
            return {"yes": True, "no": False}.get(said("proceedings", name) or "")

        subject, sub_subject = self._subject(said("subject", "subject"))
        answer = said("answer", "answer") or ""
        line = said("subject", "business_line") or ""
        return Dispute(
            trader_id=self.trader.pk if self.trader else None,
            trader_given=said("other_trader", "trader_given") or "",
            trader_siren=said("other_trader", "trader_siren") or "",
            business_line_id=int(line) if line and any(str(item.pk) == line for item in self.business_lines) else None,
            subject_id=subject,
            sub_subject_id=sub_subject,
            requester_kind=said("capacity", "requester_kind") or RequesterKind.CONSUMER,
            summary=said("story", "summary") or "",
            facts=said("story", "facts") or "",
            asked_of_trader=said("complaint_how", "asked_of_trader") or "",
            asked_now=said("claim", "asked_now") or "",
            amount_claimed=said("claim", "amount_claimed"),
            contract_reference=said("subject", "contract_reference") or "",
            complaint_on=said("complaint_how", "complaint_on"),
            complaint_written=self.complaint_written,
            complaint_proof=self.complaint_proof,
            complaint_channel=said("complaint_how", "complaint_channel") or "",
            answered_on=said("answer_how", "answered_on"),
            answer="" if answer == forms.UNANSWERED else answer,
            trader_reply=said("answer_how", "trader_reply") or "",
            level2_on=said("second_level", "level2_on"),
            level2_answered_on=said("second_level", "level2_answered_on"),
            other_mediator=yes_no("other_mediator"),
            court=yes_no("court"),
            other_proceedings=said("proceedings", "other_proceedings") or "",
            consumer=self._person(),
            transfer_consent=bool(self.value("check", "transfer_consent")) if "check" in self.answers else None,
        )

    @property
    def complaint_written(self) -> bool | None:
        said = self.value("complaint", "complained")
        return None if not said else said == forms.WRITTEN

    @property
    def complaint_proof(self) -> bool | None:
        """A copy is there, the requester says there is none, or nobody knows yet."""
        if not self.complaint_written:
            return None
        return True if self.has_proof else False if self.value("proof", "no_copy") else None

    def _subject(self, chosen: str | None) -> tuple[int | None, int | None]:
        for top, under in self.subjects:
            if chosen == str(top.pk):
                return top.pk, None
            for sub in under:
                if chosen == str(sub.pk):
                    return top.pk, sub.pk
        return None, None

    def _person(self) -> Person:
        who, how, where = self.cleaned("identity"), self.cleaned("contact"), self.cleaned("address")
        gender = who.get("gender") or ""
        return Person(
            last_name=who.get("last_name", ""),
            first_name=who.get("first_name", ""),
            gender="" if gender == "none" else gender,
            company=who.get("company", ""),
            email=how.get("email", ""),
            phone=how.get("phone", ""),
            address=where.get("address", ""),
            postcode=where.get("postcode", ""),
            city=where.get("city", ""),
            country=where.get("country") or "FR",
            language="en" if (get_language() or "").startswith("en") else "fr",
            on_paper=how.get("by") == "post",
            large_print=bool(how.get("large_print")),
            sms_agreed=bool(how.get("sms_agreed")),
            discreet=bool(how.get("discreet")),
        )


# ---- the page's own key -----------------------------------------------------------------------------------------------------
SALT = "mediane.referrals.form"
PAGE_SECONDS = 24 * 3600
"""How long a page of the form that stayed open still knows its draft."""


def sign(case_id: int) -> str:
    return signing.dumps(case_id, salt=SALT)


def case_of(token: str) -> int | None:
    """The draft a page was made for; None for what was altered or is too old."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=PAGE_SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return None
