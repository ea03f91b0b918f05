"""The Actor: who, in which role, for which organisation, on whose behalf, through which door. Every use case and every list is given one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from mediane.ground.accounts.roles import STAFF_ROLES, Permission, Role, permissions_of
from mediane.kernel.refusals import Refusal


class Door(StrEnum):
    """Through what the person came. Kept in the journal."""

    WEB = "web"
    API = "api"
    COMMAND = "command"
    JOB = "job"
    LINK = "link"  # personal link received by e-mail
    CODE = "code"  # case number and sixteen-digit code


class Scope(StrEnum):
    """What row-level security lets the connection see (`app.scope`)."""

    NONE = "none"
    SYSTEM = "system"
    STAFF = "staff"
    OFFICE = "office"  # works for the body but reads no case (administrator)
    TRADER = "trader"
    REQUESTER = "requester"
    PUBLIC = "public"


@dataclass(frozen=True)
class Trace:
    """What is kept of something said on paper or on the phone: the stored scans (their documents), the note of who took it down, or both."""

    note: str = ""
    scans: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.note.strip()) or bool(self.scans)


NO_TRACE = Trace()


@dataclass(frozen=True)
class Actor:
    """Immutable. `roles` are those held today in `organisation_id`; `case_id` is set for a requester, who holds one case.

    `on_behalf_of` is "consumer" or "trader" when an officer records what a party sent by post or said by phone: both persons are
    then in the journal.
    """

    scope: Scope
    door: Door
    roles: frozenset[Role] = frozenset()
    person_id: int | None = None
    name: str = ""
    organisation_id: int | None = None
    case_id: int | None = None
    trader_ids: tuple[int, ...] = ()  # rows of mediation.traders that a correspondent answers for, in every body
    on_behalf_of: str | None = None
    trace: Trace = NO_TRACE  # of what is recorded for that party
    token_scopes: frozenset[str] = frozenset()  # what a machine's token opens; empty for people
    permissions: frozenset[Permission] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "permissions", permissions_of(self.roles))

    # ---- constructors -------------------------------------------------------------------------------------------------------
    @classmethod
    def system(cls, door: Door = Door.JOB) -> Actor:
        return cls(Scope.SYSTEM, door, roles=frozenset({Role.SYSTEM}), name="Médiane")

    @classmethod
    def anonymous(cls, door: Door = Door.WEB) -> Actor:
        return cls(Scope.NONE, door)

    @classmethod
    def public(cls, organisation_id: int, door: Door = Door.WEB) -> Actor:
        """A visitor of a body's public pages; may begin a referral there and see nothing else."""
        return cls(Scope.PUBLIC, door, roles=frozenset({Role.REQUESTER}), organisation_id=organisation_id)

    @classmethod
    def requester(cls, case_id: int, organisation_id: int, *, name: str = "", door: Door = Door.LINK) -> Actor:
        return cls(
            Scope.REQUESTER,
            door,
            roles=frozenset({Role.REQUESTER}),
            case_id=case_id,
            organisation_id=organisation_id,
            name=name,
        )

    @classmethod
    def staff(
        cls, person_id: int, organisation_id: int, roles: frozenset[Role], *, name: str = "", door: Door = Door.WEB
    ) -> Actor:
        """Somebody of the body. Who may read no case gets the scope `office`, under which no case table shows a row."""
        scope = Scope.STAFF if Permission.READ_CASES in permissions_of(roles) else Scope.OFFICE
        return cls(scope, door, roles=roles, person_id=person_id, organisation_id=organisation_id, name=name)

    @classmethod
    def correspondent(
        cls, person_id: int, organisation_id: int, trader_ids: tuple[int, ...], *, name: str = "", door: Door = Door.WEB
    ) -> Actor:
        """Somebody of a firm; `organisation_id` is the firm's own organisation, `trader_ids` its rows in the bodies that know it."""
        roles = frozenset({Role.CORRESPONDENT})
        return cls(
            Scope.TRADER,
            door,
            roles=roles,
            person_id=person_id,
            organisation_id=organisation_id,
            trader_ids=trader_ids,
            name=name,
        )

    @classmethod
    def machine(
        cls, organisation_id: int, *, name: str, token_scopes: frozenset[str] = frozenset(), door: Door = Door.API
    ) -> Actor:
        """A machine with a token of an organisation: sees what that organisation's staff may list, makes only the moves marked API.

        The API opens a resource only when `token_allows` its scope.
        """
        return cls(
            Scope.STAFF,
            door,
            frozenset({Role.API}),
            organisation_id=organisation_id,
            name=name,
            token_scopes=token_scopes,
        )

    # ---- questions ----------------------------------------------------------------------------------------------------------
    def may(self, permission: Permission) -> bool:
        return Permission(permission) in self.permissions

    def check(self, permission: Permission, *, of: int) -> None:
        """What somebody of that organisation may do there, and the system everywhere. Raises Refusal `not_allowed`."""
        if not self.is_system and not (self.organisation_id == of and self.may(permission)):
            raise Refusal("not_allowed")

    def token_allows(self, scope: str) -> bool:
        return scope in self.token_scopes

    @property
    def is_staff(self) -> bool:
        return self.scope in (Scope.STAFF, Scope.OFFICE) and bool(self.roles & STAFF_ROLES)

    @property
    def is_system(self) -> bool:
        return self.scope is Scope.SYSTEM

    @property
    def reads_mediator_notes(self) -> bool:
        return self.may(Permission.READ_MEDIATOR_NOTES)

    @property
    def reads_archive(self) -> bool:
        """What was put away: read by the mediator, the direction, the control (ADR 0080)."""
        return self.may(Permission.READ_ARCHIVE)

    def for_party(self, party: str | None, trace: Trace = NO_TRACE) -> Actor:
        """The same person, recording what a party said, with what is kept of it."""
        return replace(self, on_behalf_of=party, trace=trace)
