"""What a body changed in the texts: reading what is in force, writing a new version, approving it. A body may reword; it may not drop an idea."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.correspondence.forbidden import FORBIDDEN
from mediane.ground.correspondence.kinds import LetterKind, Requirement, all_kinds, kind_of, statements
from mediane.ground.correspondence.models import LetterSettings, LetterTemplate
from mediane.ground.correspondence.rendering import BodyTexts, check_statements, long_sentences, render
from mediane.ground.correspondence.template import Statement as StatementNode
from mediane.ground.correspondence.template import Variable, parse, walk
from mediane.ground.database.scope import use_case
from mediane.kernel.refusals import Refusal


def texts_in_force(organisation_id: int, kind: LetterKind, audience: str, language: str, day: date) -> BodyTexts:
    """The body's own texts for this letter that day, newest approved version first; empty where it uses the shipped ones. Two statements."""
    rows = LetterTemplate.objects.filter(
        organisation_id=organisation_id, language=language, approved_at__isnull=False
    ).order_by("version")
    own = LetterSettings.objects.filter(organisation_id=organisation_id).first()
    letter = None
    sentences = {}
    for row in rows:  # few: judged here, so that a letter costs no more to write than it must
        if row.effective_from > day or (row.effective_to is not None and row.effective_to < day):
            continue
        if row.statement:
            sentences[row.statement] = row.text
        elif (row.kind, row.audience) == (kind.code, audience):
            letter = row
    return BodyTexts(
        title=letter.title if letter else "",
        subject=letter.subject if letter else "",
        body=letter.text if letter else "",
        version=letter.version if letter else None,
        sentences=sentences,
        omitted=frozenset(own.omitted_statements) if own else frozenset(),
        names_other_party=own.names_other_party if own else True,
        attach_data=own.attach_data if own else True,
    )


@dataclass(frozen=True)
class Finding:
    """What is wrong with a proposed text. `code` as of a Refusal (`missing:statement`, `forbidden:text`, `template:…`, `long_sentence`).

    `grave` findings refuse the text; the others are advice.
    """

    code: str
    facts: dict[str, str] = field(default_factory=dict)
    grave: bool = True


def requirements_of(kind: LetterKind, audience: str) -> tuple[Requirement, ...]:
    return kind.text(audience, "fr").requirements  # type: ignore[arg-type]


def check_letter_text(
    kind: LetterKind,
    audience: str,
    language: str,
    *,
    title: str,
    subject: str,
    text: str,
    texts: BodyTexts | None = None,
) -> list[Finding]:
    """Try a text on every sample of the kind: each mandatory statement must come out wherever it is due, and nothing unknown be asked."""
    texts = texts or BodyTexts()
    proposed = BodyTexts(
        title=title, subject=subject, body=text, sentences=texts.sentences, omitted=texts.omitted, names_other_party=texts.names_other_party
    )  # fmt: skip
    try:
        referred = {node.id for node in walk(parse(text)) if isinstance(node, StatementNode)}
        for source in (title, subject):
            parse(source)
    except Refusal as refusal:
        return [Finding(refusal.code, _said(refusal))]
    findings = [
        Finding("missing:statement", {"id": r.id, "article": kind.statement(r.id).article})
        for r in requirements_of(kind, audience)
        if not r.optional and r.id not in referred
    ]
    findings += _forbidden(f"{title}\n{subject}\n{text}")
    if findings:
        return findings
    long: set[str] = set()
    for sample in kind.samples(kind.code, language):
        if sample.audience != audience:
            continue
        try:
            rendered = render(
                kind,
                sample.audience,
                sample.context,
                sample.sender,
                addressee_gender=sample.addressee.gender,
                language=language,
                texts=proposed,
            )
            check_statements(rendered)
        except Refusal as refusal:
            return [Finding(refusal.code, {**_said(refusal), "sample": sample.label})]
        long |= set(long_sentences(rendered.plain_text))
    return [Finding("long_sentence", {"text": sentence}, grave=False) for sentence in sorted(long)]


def check_statement_text(kind_folder_of: LetterKind, statement_id: str, language: str, sentence: str) -> list[Finding]:
    """Try a body's own wording of a statement in every letter that holds it. It keeps the variables of the shipped sentence: a date is not reworded."""
    shipped = statements(kind_folder_of.folder)[statement_id]
    if not sentence.strip():
        return [Finding("missing:statement", {"id": statement_id, "article": shipped.article})]
    try:
        own = {node.name for node in walk(parse(sentence)) if isinstance(node, Variable)}
    except Refusal as refusal:
        return [Finding(refusal.code, _said(refusal))]
    needed = {node.name for node in walk(parse(shipped.sentences[language])) if isinstance(node, Variable)}
    findings = [Finding("missing:variable", {"name": name}) for name in sorted(needed - own)]
    findings += _forbidden(sentence)
    if findings:
        return findings
    texts = BodyTexts(sentences={statement_id: sentence})
    for kind in all_kinds():
        for sample in kind.samples(kind.code, language):
            if kind.folder != kind_folder_of.folder or statement_id not in {
                r.id for r in requirements_of(kind, sample.audience)
            }:
                continue
            try:
                check_statements(
                    render(kind, sample.audience, sample.context, sample.sender, addressee_gender=sample.addressee.gender, language=language, texts=texts)
                )  # fmt: skip
            except Refusal as refusal:
                return [Finding(refusal.code, {**_said(refusal), "sample": sample.label, "kind": kind.code})]
    return [Finding("long_sentence", {"text": text}, grave=False) for text in long_sentences(sentence)]


def _said(refusal: Refusal) -> dict[str, str]:
    return {name: str(value) for name, value in refusal.facts.items()}


def _forbidden(text: str) -> list[Finding]:
    return [
        Finding("forbidden:text", {"text": found[0], "why": f.why})
        for f in FORBIDDEN
        if (found := f.pattern.search(text))
    ]


# ---- writing --------------------------------------------------------------------------------------------------------------------


def may_edit(actor: Actor) -> bool:
    return actor.may(Permission.MANAGE_SETTINGS) or actor.may(Permission.APPROVE_LETTERS)


def _check_may(by: Actor, organisation_id: int, permission: Permission | None = None) -> None:
    allowed = by.is_system or (
        by.organisation_id == organisation_id and (by.may(permission) if permission else may_edit(by))
    )
    if not allowed:
        raise Refusal("not_allowed")


@use_case
def save_letter_text(
    organisation_id: int,
    kind_code: str,
    audience: str,
    *,
    title: str,
    subject: str,
    text: str,
    effective_from: date,
    by: Actor,
    at: datetime,
    language: str = "fr",
) -> LetterTemplate:
    """Write a new version of a letter's text, not yet in force. Raises Refusal `not_allowed`, or that of the first grave finding."""
    _check_may(by, organisation_id)
    kind = kind_of(kind_code)
    text = text.replace("\r\n", "\n").strip() + "\n"
    in_force = texts_in_force(organisation_id, kind, audience, language, effective_from)
    _refuse_grave(check_letter_text(kind, audience, language, title=title, subject=subject, text=text, texts=in_force))
    return _new_version(
        organisation_id,
        by,
        at,
        language,
        effective_from,
        kind=kind_code,
        audience=audience,
        title=title,
        subject=subject,
        text=text,
    )


@use_case
def save_statement_text(
    organisation_id: int, kind_code: str, statement_id: str, *, sentence: str, effective_from: date, by: Actor, at: datetime, language: str = "fr"
) -> LetterTemplate:  # fmt: skip
    """Write a body's own wording of a statement, for all letters that hold it, not yet in force. `kind_code` is any kind of the same room."""
    _check_may(by, organisation_id)
    sentence = " ".join(sentence.split())
    _refuse_grave(check_statement_text(kind_of(kind_code), statement_id, language, sentence))
    return _new_version(organisation_id, by, at, language, effective_from, statement=statement_id, text=sentence)


def _refuse_grave(findings: list[Finding]) -> None:
    for finding in findings:
        if finding.grave:
            raise Refusal(finding.code, **finding.facts)


def _new_version(
    organisation_id: int, by: Actor, at: datetime, language: str, effective_from: date, **what: str
) -> LetterTemplate:
    same = LetterTemplate.objects.filter(
        organisation_id=organisation_id, language=language, **{name: what.get(name, "") for name in ("kind", "audience", "statement")}
    )  # fmt: skip
    # Two people saving at once meet on the unique version; the second one tries again from its page.
    version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
    return LetterTemplate.objects.create(
        organisation_id=organisation_id, language=language, version=version, effective_from=effective_from, author_id=by.person_id, created_at=at, **what
    )  # fmt: skip


@use_case
def approve(template_id: int, *, by: Actor, at: datetime) -> LetterTemplate:
    """Put a version in force from its day; the former one ends the day before. Tried again first: the shipped statements may have changed since.

    Raises Refusal `not_found`, `not_allowed`, `wrong_state` (already approved), or that of a grave finding.
    """
    row = LetterTemplate.objects.select_for_update().filter(pk=template_id).first()
    if row is None:
        raise Refusal("not_found")
    _check_may(by, row.organisation_id, Permission.APPROVE_LETTERS)
    if row.approved:
        raise Refusal("wrong_state")
    if row.statement:
        _refuse_grave(check_statement_text(_kind_with(row.statement), row.statement, row.language, row.text))
    else:
        kind = kind_of(row.kind)
        in_force = texts_in_force(row.organisation_id, kind, row.audience, row.language, row.effective_from)
        _refuse_grave(
            check_letter_text(
                kind, row.audience, row.language, title=row.title, subject=row.subject, text=row.text, texts=in_force
            )
        )
    same = LetterTemplate.objects.filter(
        organisation_id=row.organisation_id, kind=row.kind, audience=row.audience, statement=row.statement, language=row.language, approved_at__isnull=False
    )  # fmt: skip
    same.filter(effective_from__lt=row.effective_from).filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=row.effective_from)
    ).update(effective_to=row.effective_from - timedelta(days=1))
    row.approved_by_id, row.approved_at = by.person_id, at
    row.save(update_fields=["approved_by", "approved_at"])
    return row


def _kind_with(statement_id: str) -> LetterKind:
    for kind in all_kinds():
        if statement_id in statements(kind.folder):
            return kind
    raise Refusal("not_found")


@use_case
def end_template(template_id: int, *, last_day: date, by: Actor) -> LetterTemplate:
    """Go back to the shipped text after `last_day`; an unapproved version is given up altogether. Raises Refusal `not_found`, `not_allowed`."""
    row = LetterTemplate.objects.select_for_update().filter(pk=template_id).first()
    if row is None:
        raise Refusal("not_found")
    _check_may(by, row.organisation_id, Permission.APPROVE_LETTERS if row.approved else None)
    if not row.approved:
        row.delete()
        return row
    row.effective_to = max(last_day, row.effective_from)
    row.save(update_fields=["effective_to"])
    return row


@use_case
def save_settings(
    organisation_id: int, *, omitted_statements: list[str], names_other_party: bool, attach_data: bool, by: Actor, at: datetime
) -> LetterSettings:  # fmt: skip
    """Choose for all letters. Raises Refusal `not_allowed`, `not_optional` (id) for a statement that some letter must hold."""
    _check_may(by, organisation_id)
    optional = optional_statements()
    for key in omitted_statements:
        if key not in optional:
            raise Refusal("not_optional", id=key)
    row, _ = LetterSettings.objects.update_or_create(
        organisation_id=organisation_id,
        defaults={
            "omitted_statements": sorted(set(omitted_statements)),
            "names_other_party": names_other_party,
            "attach_data": attach_data,
            "changed_at": at,
            "changed_by_id": by.person_id,
        },
    )
    return row


def optional_statements() -> dict[str, str]:
    """id → idea of every statement that some letter may leave out (where a letter must hold it, leaving it out changes nothing there)."""
    found = {}
    for kind in all_kinds():
        for audience in kind.audiences:
            for requirement in requirements_of(kind, audience):
                if requirement.optional:
                    found[requirement.id] = kind.statement(requirement.id).idea
    return dict(sorted(found.items()))
