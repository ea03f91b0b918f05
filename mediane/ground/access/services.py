"""Ways into one case without an account: a personal link, or the case number and a sixteen-digit code.

Links are derived (key ring and salt) so that every letter can carry the same one and none is kept; a code is random, kept as a
keyed digest, and replaced when lost. Both are counted at the door (`limits`) and end (`expire_after`, `revoke_keys`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from mediane.ground.access import hooks, limits
from mediane.ground.access.events import CaseOpened
from mediane.ground.access.models import AttemptKind, CaseKey, KeyKind
from mediane.ground.accounts import keyring
from mediane.ground.accounts.actor import Actor, Door, Scope
from mediane.ground.accounts.roles import Permission, Role
from mediane.ground.database.scope import as_system, use_case
from mediane.ground.jobs import defer
from mediane.ground.journal.models import Case
from mediane.ground.organisations.models import Organisation, OrganisationKind
from mediane.kernel.events import publish
from mediane.kernel.identifiers import new_access_code
from mediane.kernel.moments import day_start
from mediane.kernel.periods import Period, last_day
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_email, clean_line

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U to mistake in print."""
LINK_LENGTH = 26  # 130 bits
CODE_LENGTH = 16  # 53 bits, and a handful of tries an hour
_READ = str.maketrans("OIL", "011", " -\u00a0\u202f\u2011\t\r\n")


@dataclass(frozen=True)
class Opened:
    """Who came in, and with which key (its end is the session's end)."""

    actor: Actor
    key_id: int


# ---- giving keys --------------------------------------------------------------------------------------------------------------
class CaseKeys:
    """The keys of one case, read once and written at once (`save`), however many letters of a move hold one.

    For callers in the transaction of a move: they hold the case's row locked, as for `journal.record`, and have spoken their policy.
    """

    def __init__(self, case: Case, *, at: datetime) -> None:
        self._case, self._at = case, at
        self._ended: list[int] = []
        self._made: list[CaseKey] = []

    @cached_property
    def _kept(self) -> list[CaseKey]:
        """Read when first asked for: a move that writes to the trader alone asks for none."""
        known = CaseKey.objects.filter(case=self._case).order_by("created_at", "pk")
        return [] if self._case.opened_here else list(known)

    def link(self, holder_name: str = "") -> str:
        """The token of this holder's personal link, made at the first call and the same again as long as it is valid."""
        holder_name = clean_line(holder_name, 160)
        for key in self._running(KeyKind.LINK, holder_name):
            if key.is_open(self._at) and key.ring in settings.MEDIANE_KEYS:
                return _token(key.case_id, bytes(key.salt), key.ring)
        return self.new_link(holder_name)

    def new_link(self, holder_name: str = "") -> str:
        """A new link; the former ends, with the sessions it opened."""
        holder_name, salt, ring = clean_line(holder_name, 160), secrets.token_bytes(16), keyring.newest()
        self._end(self._running(KeyKind.LINK, holder_name))
        token = _token(self._case.pk, salt, ring)
        self._make(KeyKind.LINK, holder_name, _link_digest(token), ring, salt)
        return token

    def new_code(self, holder_name: str = "") -> str:
        """A code, "1357 2469 9753 8642": told once, to be printed or dictated without doubt. A former one ends, whoever held it."""
        code, ring = new_access_code(), keyring.newest()
        self._end(self._running(KeyKind.CODE))
        self._make(KeyKind.CODE, clean_line(holder_name, 160), _code_digest(self._case.pk, read_code(code), ring), ring)
        return code

    def save(self) -> None:
        """Write what was ended and made since the last time."""
        if self._ended:
            CaseKey.objects.filter(pk__in=self._ended).update(revoked_at=self._at)
        if self._made:
            CaseKey.objects.bulk_create(self._made)
        self._ended, self._made = [], []

    def _running(self, kind: str, holder_name: str | None = None) -> list[CaseKey]:
        return [
            key
            for key in self._kept
            if key.kind == kind and key.revoked_at is None and holder_name in (None, key.holder_name)
        ]

    def _end(self, keys: list[CaseKey]) -> None:
        for key in keys:
            key.revoked_at = self._at
        self._ended += [key.pk for key in keys if key.pk]
        self._made = [key for key in self._made if key.revoked_at is None]

    def _make(self, kind: str, holder_name: str, digest: bytes, ring: int, salt: bytes = b"") -> None:
        key = CaseKey(
            case=self._case,
            organisation_id=self._case.organisation_id,
            kind=kind,
            digest=digest,
            salt=salt,
            ring=ring,
            holder_name=holder_name,
            created_at=self._at,
            # one made after the case ended ends with the others
            expires_at=self._kept[-1].expires_at if self._kept else None,
        )
        self._kept.append(key)
        self._made.append(key)


@use_case
def issue_link(case_id: int, *, holder_name: str = "", by: Actor, at: datetime) -> str:
    """The token of this holder's personal link (`CaseKeys.link`), for who is not in the middle of a move. Raises Refusal `not_found`."""
    return _given(case_id, by, at, lambda keys: keys.link(holder_name))


@use_case
def replace_link(case_id: int, *, holder_name: str = "", by: Actor, at: datetime) -> str:
    """A new link (`CaseKeys.new_link`). Raises Refusal `not_found`."""
    return _given(case_id, by, at, lambda keys: keys.new_link(holder_name))


@use_case
def issue_code(case_id: int, *, holder_name: str = "", by: Actor, at: datetime) -> str:
    """A code for this case (`CaseKeys.new_code`). Raises Refusal `not_found`."""
    return _given(case_id, by, at, lambda keys: keys.new_code(holder_name))


def _given(case_id: int, by: Actor, at: datetime, give: Callable[[CaseKeys], str]) -> str:
    keys = CaseKeys(_case(case_id, by), at=at)
    given = give(keys)
    keys.save()
    return given


replace_code = issue_code
"""A lost code is never read again: it is replaced."""


@use_case
def revoke_keys(case_id: int, *, by: Actor, at: datetime) -> int:
    """Every link and code of the case ends now, and the sessions they opened; how many."""
    return _end(CaseKey.objects.filter(case=_case(case_id, by)), at)


@use_case
def forget(case_id: int, *, by: Actor) -> int:
    """Destruction of a case: its keys go, digests and holders' names with them; how many."""
    count, _rows = CaseKey.objects.filter(case=_case(case_id, by)).delete()
    return count


@use_case
def end_links(case_id: int, *, holders: Collection[str], by: Actor, at: datetime) -> int:
    """The links that were sent to these holders end now (their mailbox is no longer theirs), and the sessions they opened; the code works on. How many."""
    case = _case(case_id, by)
    return _end(CaseKey.objects.filter(case=case, kind=KeyKind.LINK, holder_name__in=set(holders)), at)


@use_case
def expire_after(case_id: int, *, ended_on: date, lasting: Period | int, by: Actor, at: datetime) -> datetime:
    """The case ended that day: its keys work for `lasting` more (rule `access_link_days`; a number means days). The moment they end."""
    period = lasting if isinstance(lasting, Period) else Period(lasting, "d")
    end = day_start(last_day(ended_on, period) + timedelta(days=1))
    CaseKey.objects.filter(case=_case(case_id, by), revoked_at__isnull=True).update(expires_at=end)
    return end


@use_case
def reopen(case_id: int, *, by: Actor, at: datetime) -> None:
    """The case goes on: its keys work as long as it is open."""
    CaseKey.objects.filter(case=_case(case_id, by), revoked_at__isnull=True).update(expires_at=None)


def _case(case_id: int, by: Actor) -> Case:
    """The case, locked, if this actor may deal with its requester's keys: its body, the requester, who is submitting, the system.

    The room that calls has applied its own policy; here stands only that nobody reaches another body's case, and no trader any.
    """
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise Refusal("not_found")
    ours = by.organisation_id == case.organisation_id
    allowed = {
        Scope.SYSTEM: True,
        Scope.STAFF: ours and (by.may(Permission.WORK_CASES) or Role.API in by.roles),
        Scope.REQUESTER: by.case_id == case_id,
        Scope.PUBLIC: ours,
    }
    if not allowed.get(by.scope, False):
        raise Refusal("not_found")
    return case


def _end(keys: QuerySet[CaseKey], at: datetime) -> int:
    return keys.filter(revoked_at__isnull=True).update(revoked_at=at)


# ---- writing keys down ----------------------------------------------------------------------------------------------------------
def _token(case_id: int, salt: bytes, ring: int) -> str:
    number = int.from_bytes(keyring.mac("access link", f"{case_id} ".encode() + salt, ring), "big")
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(LINK_LENGTH))


def _link_digest(token: str) -> bytes:
    """130 random bits: a plain digest cannot be searched back."""
    return hashlib.sha256(token.encode()).digest()


def _code_digest(case_id: int, digits: str, ring: int) -> bytes:
    return keyring.mac("access code", f"{case_id} {digits}", ring)


def read_token(text: str) -> str:
    """A token as typed from paper: capitals, no dashes, O for 0 and I or L for 1. "" for what is none."""
    token = text.upper().translate(_READ)
    return token if len(token) == LINK_LENGTH and set(token) <= set(ALPHABET) else ""


def read_code(text: str) -> str:
    """Sixteen digits as typed or dictated, whatever stands between them. "" for anything else."""
    digits = re.sub(r"[^0-9]", "", text)
    return digits if len(digits) == CODE_LENGTH and not re.search(r"[^\W\d_]", text) else ""


def read_number(text: str) -> str:
    """A case number as typed: capitals, no spaces."""
    return clean_line(text, 40).upper().replace(" ", "")


def link_url(token: str) -> str:
    """The short address printed in letters."""
    return f"{settings.MEDIANE_URL}/s/{token}"


# ---- coming in ------------------------------------------------------------------------------------------------------------------
def open_with_link(token: str, *, at: datetime, ip: str | None) -> Opened:
    """Never inside a transaction (RuntimeError): the try must stay counted although it is refused.

    Raises Refusal `not_found` (unknown, revoked, expired: one answer), `too_many_attempts` (`until`).
    """
    with transaction.atomic(durable=True), as_system():
        result = _try_link(token, at, ip or "")
    if isinstance(result, Refusal):
        raise result
    return result


def _try_link(token: str, at: datetime, ip: str) -> Opened | Refusal:
    try:
        address = limits.take(AttemptKind.ADDRESS, ip, at)
    except Refusal as refusal:
        return refusal
    key = CaseKey.objects.filter(digest=_link_digest(read_token(token)), kind=KeyKind.LINK).first()
    if key is None or not key.is_open(at):
        limits.failed(address, at)
        return Refusal("not_found")
    return _opened(key, Door.LINK, at)


def open_with_code(
    number: str, code: str, *, at: datetime, ip: str | None, organisation_id: int | None = None
) -> Opened:
    """Never inside a transaction (RuntimeError). `organisation_id` None: any mediation body of the installation.

    Raises Refusal `not_found` (unknown number, wrong code, revoked, expired: one answer, the same work), `too_many_attempts` (`until`).
    """
    with transaction.atomic(durable=True), as_system():
        result = _try_code(number, code, at, ip or "", organisation_id)
    if isinstance(result, Refusal):
        raise result
    return result


def _try_code(number: str, code: str, at: datetime, ip: str, organisation_id: int | None) -> Opened | Refusal:
    number, digits = read_number(number), read_code(code)
    try:
        address = limits.take(AttemptKind.ADDRESS, ip, at)
        counter = limits.take(AttemptKind.NUMBER, number, at)
    except Refusal as refusal:
        return refusal
    bodies = Organisation.objects.filter(active=True, kind=OrganisationKind.MEDIATION_BODY).order_by("pk")
    if organisation_id is not None:
        bodies = bodies.filter(pk=organisation_id)
    cases = hooks.cases_named(list(bodies.values_list("pk", flat=True)), number)
    key = _matching_code(cases or [0], digits)
    if key is None or not key.is_open(at):
        limits.failed(address, at)
        limits.failed(counter, at)
        return Refusal("not_found")
    limits.succeeded(counter, at)
    return _opened(key, Door.CODE, at)


def _matching_code(case_ids: list[int], digits: str) -> CaseKey | None:
    """The open code among these cases. A number that leads nowhere costs the same query and the same digest."""
    keys = list(CaseKey.objects.filter(case_id__in=case_ids, kind=KeyKind.CODE, revoked_at__isnull=True).order_by("pk"))
    candidates = keys or [CaseKey(case_id=0, digest=bytes(32), ring=keyring.newest())]
    found = None
    for key in candidates:
        ring = key.ring if key.ring in settings.MEDIANE_KEYS else keyring.newest()
        if hmac.compare_digest(_code_digest(key.case_id, digits, ring), bytes(key.digest)) and key.pk and digits:
            found = key
    return found


def _opened(key: CaseKey, door: Door, at: datetime) -> Opened:
    CaseKey.objects.filter(pk=key.pk).update(last_used_at=at, uses=F("uses") + 1)
    publish(CaseOpened(case_id=key.case_id, organisation_id=key.organisation_id, door=door.value, at=at))
    actor = Actor.requester(key.case_id, key.organisation_id, name=key.holder_name, door=door)
    return Opened(actor, key.pk)


@use_case
def verify_code_by_phone(case_id: int, code: str, *, by: Actor, at: datetime) -> bool:
    """Is this the code of the case? For an officer with somebody on the line. The caller of this service writes the journal.

    A wrong code is False, not a Refusal, so that the count stays. Raises Refusal `not_allowed`, `not_found`, `too_many_attempts` (`until`).
    """
    if not by.may(Permission.WORK_CASES):
        raise Refusal("not_allowed")
    if not Case.objects.filter(pk=case_id, organisation_id=by.organisation_id or 0).exists():
        raise Refusal("not_found")
    counter = limits.take(AttemptKind.PHONE, str(case_id), at)
    key = _matching_code([case_id], read_code(code))
    if key is None or not key.is_open(at):
        limits.failed(counter, at)
        return False
    limits.succeeded(counter, at)
    CaseKey.objects.filter(pk=key.pk).update(last_used_at=at, uses=F("uses") + 1)
    return True


def ask_again(email: str, number: str, *, at: datetime, ip: str | None, organisation_id: int | None = None) -> None:
    """« I lost my link »: queue the question; a worker asks who knows the cases (`AccessRequested`). Says nothing, whatever it knows.

    Never inside a transaction (RuntimeError). Raises Refusal `too_many_attempts` (`until`), for known and unknown alike.
    """
    from mediane.ground.access import tasks

    with transaction.atomic(durable=True), as_system():
        try:
            counters = [
                limits.take(AttemptKind.LOST_ADDRESS, ip or "", at),
                limits.take(AttemptKind.LOST_EMAIL, clean_email(email), at),
            ]
        except Refusal as refusal:
            refused = refusal
        else:
            for counter in counters:
                limits.failed(counter, at)
            defer(
                tasks.tell_access_requested,
                organisation_id=organisation_id,
                sealed_email=keyring.encrypt("queue", "access requested", clean_email(email)[:254]),
                sealed_number=keyring.encrypt("queue", "access requested", read_number(number)),
                at=at.isoformat(),
            )
            return
    raise refused
