"""Invitations, roles, tokens: who may, what is refused, what is left in the journal of accounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection, transaction

from mediane.ground.accounts import services
from mediane.ground.accounts.actor import Actor, Door, Scope
from mediane.ground.accounts.models import AccountEvent, Invitation, Membership, Person, Token
from mediane.ground.accounts.models import AccountEventKind as Kind
from mediane.ground.accounts.roles import Permission, Role
from mediane.ground.accounts.tests.factories import AT, PASSWORD, body, firm, member, person, staff_actor
from mediane.ground.database.scope import acting, as_system
from mediane.ground.privacy.register import kept_since
from mediane.kernel.moments import day_start, paris_day, utc_now
from mediane.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
ANYBODY = Actor.anonymous()


def kinds(organisation) -> list[str]:
    return list(AccountEvent.objects.filter(organisation=organisation).order_by("pk").values_list("kind", flat=True))


# ---- invitations ------------------------------------------------------------------------------------------------------
def invited(here, by, email="claire@exemple.test", role=Role.OFFICER, at=AT):
    return services.invite(here.pk, email, role, first_name="Claire", last_name="Moreau", by=by, at=at)


def test_an_invited_person_chooses_a_password_and_holds_the_role():
    here = body()
    by = staff_actor(Role.ADMINISTRATOR, here)
    token = invited(here, by).token
    somebody = services.accept_invitation(
        token, password=PASSWORD, first_name="Claire", last_name="Moreau", by=ANYBODY, at=AT + timedelta(days=1)
    )
    assert somebody.check_password(PASSWORD)
    held = Membership.objects.get(person=somebody)
    assert (held.role, held.organisation_id, held.starts_on) == ("officer", here.pk, TODAY + timedelta(days=1))
    assert held.granted_by_id == by.person_id
    assert kinds(here) == ["invited", "invitation_accepted", "role_granted"]


def test_the_token_is_kept_nowhere_and_can_be_made_again_for_the_mail():
    here = body()
    made = invited(here, staff_actor(Role.DIRECTOR, here))
    row = Invitation.objects.get(pk=made.invitation.pk)
    assert made.token not in repr([getattr(row, field.name) for field in row._meta.fields])
    assert services.token_of(row) == made.token
    assert len(made.token) >= 43  # 256 bits


@pytest.mark.parametrize("spoil", ["used", "expired", "revoked", "unknown", "closed body"])
def test_an_invitation_serves_once_in_its_time(spoil):
    here = body()
    by = staff_actor(Role.ADMINISTRATOR, here)
    made, at = invited(here, by), AT + timedelta(hours=1)
    token = made.token
    if spoil == "used":
        services.accept_invitation(token, password=PASSWORD, by=ANYBODY, at=AT)
    elif spoil == "expired":
        at = made.invitation.expires_at
    elif spoil == "revoked":
        services.revoke_invitation(made.invitation.pk, by=by, at=AT)
    elif spoil == "unknown":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    else:
        type(here).objects.filter(pk=here.pk).update(active=False)
    assert services.open_invitation(token, at=at) is None
    before = Person.objects.count()
    with pytest.raises(Refusal, match="not_found"):
        services.accept_invitation(token, password=PASSWORD + "!", by=ANYBODY, at=at)
    assert Person.objects.count() == before


def test_it_is_valid_to_its_last_second():
    here = body()
    made = invited(here, staff_actor(Role.ADMINISTRATOR, here))
    assert services.open_invitation(made.token, at=made.invitation.expires_at - timedelta(seconds=1)) is not None


def test_somebody_else_signed_in_cannot_take_it():
    here = body()
    other = person("Paul Autre")
    token = invited(here, staff_actor(Role.ADMINISTRATOR, here)).token
    stranger = Actor(Scope.NONE, Door.WEB, person_id=other.pk)
    with pytest.raises(Refusal, match="other_email"):
        services.accept_invitation(token, password=PASSWORD, by=stranger, at=AT)
    assert not Membership.objects.filter(person=other).exists()


def test_who_has_an_account_takes_it_signed_in_and_keeps_the_password():
    here, known = body(), person("Claire Moreau", email="claire@exemple.test")
    token = invited(here, staff_actor(Role.ADMINISTRATOR, here), email=" Claire@Exemple.test ").token
    with pytest.raises(Refusal, match="sign_in_first"):
        services.accept_invitation(token, password="un autre mot de passe long", by=ANYBODY, at=AT)
    services.accept_invitation(
        token, password="un autre mot de passe long", by=Actor(Scope.NONE, Door.WEB, person_id=known.pk), at=AT
    )
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert Membership.objects.get(person=known).role == "officer"


def test_inviting_twice_leaves_one_open_invitation():
    here = body()
    by = staff_actor(Role.ADMINISTRATOR, here)
    first, second = invited(here, by), invited(here, by, at=AT + timedelta(minutes=1))
    assert services.open_invitation(first.token, at=AT + timedelta(hours=1)) is None
    assert services.open_invitation(second.token, at=AT + timedelta(hours=1)) is not None


@pytest.mark.parametrize("password", ["court", "motdepasse", "claire@exemple.test", "password1234"])
def test_a_weak_password_is_refused_with_sentences(password):
    here = body()
    token = invited(here, staff_actor(Role.ADMINISTRATOR, here)).token
    with pytest.raises(Refusal, match="weak_password") as refused:
        services.accept_invitation(token, password=password, by=ANYBODY, at=AT)
    assert refused.value.facts["sentences"]
    assert services.open_invitation(token, at=AT) is not None


@pytest.mark.parametrize(
    "email", ["", "pas une adresse", "a@b", "a@exemple.test\nBcc: x@y.z", "x" * 250 + "@exemple.test"]
)
def test_what_is_no_address_is_refused(email):
    here = body()
    with pytest.raises(Refusal, match="invalid_email"):
        services.invite(here.pk, email, Role.OFFICER, by=staff_actor(Role.ADMINISTRATOR, here), at=AT)


# ---- who may -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "role", [Role.MEDIATOR, Role.DELEGATE, Role.OFFICER, Role.AUDITOR], ids=lambda role: role.value
)
def test_only_who_manages_people_does(role):
    here = body()
    by, target = staff_actor(role, here), member(here, Role.OFFICER)
    for act in (
        lambda: services.invite(here.pk, "a@exemple.test", Role.OFFICER, by=by, at=AT),
        lambda: services.grant_role(target.person_id, here.pk, Role.DELEGATE, by=by, at=AT),
        lambda: services.end_role(target.pk, by=by, at=AT),
        lambda: services.create_token(here.pk, "x", ["a"], by=by, at=AT),
        lambda: services.reset_second_factor(target.person_id, here.pk, by=by, at=AT),
        lambda: services.add_person("b@exemple.test", None, by=by, at=AT),
    ):
        with pytest.raises(Refusal, match="not_allowed"):
            act()
    assert kinds(here) == []


def test_another_organisation_does_not_exist():
    here, there = body(), body()
    by, target, token = staff_actor(Role.ADMINISTRATOR, here), member(there, Role.OFFICER), None
    services.register_token_scope("test:read", "Lire")
    token = services.create_token(there.pk, "x", ["test:read"], by=Actor.system(), at=AT).token
    invitation = invited(there, staff_actor(Role.ADMINISTRATOR, there)).invitation
    for act in (
        lambda: services.invite(there.pk, "a@exemple.test", Role.OFFICER, by=by, at=AT),
        lambda: services.grant_role(target.person_id, there.pk, Role.DELEGATE, by=by, at=AT),
        lambda: services.grant_role(target.person_id, here.pk, Role.DELEGATE, by=by, at=AT),  # a stranger here
        lambda: services.end_role(target.pk, by=by, at=AT),
        lambda: services.revoke_token(token.pk, by=by, at=AT),
        lambda: services.revoke_invitation(invitation.pk, by=by, at=AT),
        lambda: services.reset_second_factor(target.person_id, here.pk, by=by, at=AT),
        lambda: services.reset_second_factor(target.person_id, there.pk, by=by, at=AT),
    ):
        with pytest.raises(Refusal, match="not_found"):
            act()


def test_an_administrator_cannot_become_a_mediator_alone():
    here = body()
    by = staff_actor(Role.ADMINISTRATOR, here)
    email = Person.objects.get(pk=by.person_id).email
    for act in (
        lambda: services.grant_role(by.person_id, here.pk, Role.MEDIATOR, by=by, at=AT),
        lambda: services.invite(here.pk, email.upper(), Role.MEDIATOR, by=by, at=AT),
        lambda: services.reset_second_factor(by.person_id, here.pk, by=by, at=AT),
    ):
        with pytest.raises(Refusal, match="oneself"):
            act()


def test_an_administrator_reads_no_case():
    by = staff_actor(Role.ADMINISTRATOR, body())
    assert by.scope is Scope.OFFICE
    assert not by.may(Permission.READ_CASES)


def test_roles_exist_where_they_mean_something():
    here, there = body(), firm()
    by = staff_actor(Role.ADMINISTRATOR, here)
    with pytest.raises(Refusal, match="role_not_here"):
        services.invite(here.pk, "a@exemple.test", Role.CORRESPONDENT, by=by, at=AT)
    with pytest.raises(Refusal, match="role_not_here"):
        services.invite(there.pk, "a@exemple.test", Role.MEDIATOR, by=Actor.system(), at=AT)
    for unknown in ("requester", "system", "chef"):
        with pytest.raises(Refusal, match="unknown_role"):
            services.invite(here.pk, "a@exemple.test", unknown, by=by, at=AT)


def test_a_body_invites_the_correspondents_of_the_firms_that_designated_it(monkeypatch):
    here, ours, theirs = body(), firm(), firm()
    by = staff_actor(Role.DIRECTOR, here)
    with pytest.raises(Refusal, match="not_found"):
        services.invite(ours.pk, "a@exemple.test", Role.CORRESPONDENT, by=by, at=AT)
    monkeypatch.setattr(services, "_firms", [lambda organisation_id: {here.pk: [ours.pk]}.get(organisation_id, [])])
    assert services.invite(ours.pk, "a@exemple.test", Role.CORRESPONDENT, by=by, at=AT)
    with pytest.raises(Refusal, match="not_found"):
        services.invite(ours.pk, "a@exemple.test", Role.ADMINISTRATOR, by=by, at=AT)
    with pytest.raises(Refusal, match="not_found"):
        services.invite(theirs.pk, "a@exemple.test", Role.CORRESPONDENT, by=by, at=AT)


# ---- roles -------------------------------------------------------------------------------------------------------------
def test_a_role_is_granted_once_at_a_time_and_ends():
    here = body()
    by, target = staff_actor(Role.DIRECTOR, here), member(here, Role.OFFICER)
    granted = services.grant_role(
        target.person_id, here.pk, Role.DELEGATE, ends_on=TODAY + timedelta(days=30), by=by, at=AT
    )
    with pytest.raises(Refusal, match="role_already_held"):
        services.grant_role(
            target.person_id, here.pk, Role.DELEGATE, starts_on=TODAY + timedelta(days=30), by=by, at=AT
        )
    services.grant_role(target.person_id, here.pk, Role.DELEGATE, starts_on=TODAY + timedelta(days=31), by=by, at=AT)
    assert granted.is_current(TODAY + timedelta(days=30))
    assert not granted.is_current(TODAY + timedelta(days=31))


def test_ended_at_once_it_counts_no_more_even_on_its_first_day():
    here = body()
    by, target = staff_actor(Role.DIRECTOR, here), member(here, Role.OFFICER)
    services.end_role(target.pk, by=by, at=AT)
    fresh = services.grant_role(target.person_id, here.pk, Role.DELEGATE, by=by, at=AT)
    services.end_role(fresh.pk, by=by, at=AT)
    assert not Membership.objects.current(TODAY).filter(person=target.person).exists()
    services.grant_role(target.person_id, here.pk, Role.DELEGATE, by=by, at=AT)  # and it can be given again
    assert Membership.objects.current(TODAY).filter(person=target.person).count() == 1
    assert Membership.objects.filter(person=target.person).count() == 3  # history is kept
    with pytest.raises(Refusal, match="too_late"):
        services.end_role(fresh.pk, by=by, at=AT)


def test_ended_on_a_day_it_counts_to_the_evening():
    here = body()
    by, target = staff_actor(Role.DIRECTOR, here), member(here, Role.OFFICER)
    ended = services.end_role(target.pk, ends_on=TODAY, by=by, at=AT)
    assert ended.is_current(TODAY)
    assert not ended.is_current(TODAY + timedelta(days=1))
    with pytest.raises(Refusal, match="too_early"):
        services.end_role(target.pk, ends_on=TODAY - timedelta(days=1), by=by, at=AT)


def test_somebody_who_manages_people_always_stays():
    here = body()
    admin = staff_actor(Role.ADMINISTRATOR, here)
    mine = Membership.objects.get(person_id=admin.person_id)
    for ends_on in (None, TODAY, TODAY + timedelta(days=90)):
        with pytest.raises(Refusal, match="last_manager"):
            services.end_role(mine.pk, ends_on=ends_on, by=admin, at=AT)
    leaving = member(here, Role.DIRECTOR, ends_on=TODAY + timedelta(days=60))  # leaves too: does not count
    with pytest.raises(Refusal, match="last_manager"):
        services.end_role(mine.pk, ends_on=TODAY + timedelta(days=30), by=admin, at=AT)
    Membership.objects.filter(pk=leaving.pk).update(ends_on=None)
    services.end_role(mine.pk, by=admin, at=AT)
    assert not Membership.objects.current(TODAY).filter(pk=mine.pk).exists()


def test_a_controller_is_there_for_a_limited_time():
    here = body()
    by, target = staff_actor(Role.DIRECTOR, here), member(here, Role.OFFICER)
    with pytest.raises(Refusal, match="missing:ends_on"):
        services.grant_role(target.person_id, here.pk, Role.AUDITOR, by=by, at=AT)
    with pytest.raises(Refusal, match="missing:ends_on"):
        services.invite(here.pk, "a@exemple.test", Role.AUDITOR, by=by, at=AT)
    services.grant_role(target.person_id, here.pk, Role.AUDITOR, ends_on=TODAY + timedelta(days=7), by=by, at=AT)


def test_no_role_begins_in_the_past_or_ends_before_it_begins():
    here = body()
    by, target = staff_actor(Role.DIRECTOR, here), member(here, Role.OFFICER)
    with pytest.raises(Refusal, match="too_early"):
        services.grant_role(target.person_id, here.pk, Role.DELEGATE, starts_on=TODAY - timedelta(days=1), by=by, at=AT)
    with pytest.raises(Refusal, match="ends_before_start"):
        services.grant_role(target.person_id, here.pk, Role.DELEGATE, ends_on=TODAY - timedelta(days=1), by=by, at=AT)


# ---- tokens ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def scopes(monkeypatch):
    monkeypatch.setattr(services, "_token_scopes", {"test:read": "Lire", "test:write": "Écrire"})


def test_a_token_opens_its_organisation_and_its_scopes_alone(scopes):
    here = body()
    by = staff_actor(Role.DIRECTOR, here)
    made = services.create_token(here.pk, "Guichet", ["test:read"], by=by, at=AT)
    actor = services.authenticate_token(made.raw, at=AT)
    assert (actor.scope, actor.organisation_id, actor.name, actor.door) == (Scope.STAFF, here.pk, "Guichet", Door.API)
    assert actor.token_allows("test:read")
    assert not actor.token_allows("test:write")
    assert not actor.is_staff
    assert actor.permissions == frozenset()
    row = Token.objects.get()
    assert made.raw.startswith(f"mdn_{row.prefix}_")
    assert made.raw not in repr([getattr(row, field.name) for field in row._meta.fields])
    assert row.last_used_on == TODAY


@pytest.mark.parametrize("spoil", ["revoked", "expired", "altered", "cut", "other scheme", "empty", "closed"])
def test_any_other_token_is_unknown(scopes, spoil):
    here = body()
    by = staff_actor(Role.DIRECTOR, here)
    made = services.create_token(here.pk, "Guichet", ["test:read"], expires_at=AT + timedelta(days=1), by=by, at=AT)
    raw, at = made.raw, AT
    if spoil == "revoked":
        services.revoke_token(made.token.pk, by=by, at=AT)
    elif spoil == "expired":
        at = AT + timedelta(days=1)
    elif spoil == "closed":
        type(here).objects.filter(pk=here.pk).update(active=False)
    else:
        raw = {"altered": raw[:-1] + "~", "cut": raw[:-1], "other scheme": raw[4:], "empty": ""}[spoil]
    with pytest.raises(Refusal, match="not_found"):
        services.authenticate_token(raw, at=at)


def test_a_token_needs_known_scopes_and_a_name(scopes):
    here = body()
    by = staff_actor(Role.DIRECTOR, here)
    for name, wanted, code in (
        ("x", ["admin"], "unknown_scope"),
        ("x", [], "missing:scopes"),
        (" \n", ["test:read"], "missing:name"),
    ):
        with pytest.raises(Refusal, match=code):
            services.create_token(here.pk, name, wanted, by=by, at=AT)


# ---- journal of accounts -----------------------------------------------------------------------------------------------
def test_a_line_of_the_journal_can_neither_change_nor_go():
    here = body()
    invited(here, staff_actor(Role.DIRECTOR, here))
    line = AccountEvent.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountEvent.objects.filter(pk=line.pk).update(kind="signed_in")
    with pytest.raises(DatabaseError), transaction.atomic():
        line.delete()


def test_lines_go_when_their_year_is_over_and_in_no_other_way():
    """The page of personal data says « 1 an » of the journal of accesses, which holds network addresses."""
    at = utc_now()
    by, today = Actor.system(Door.COMMAND), paris_day(at)
    days = {name: day_start(today - timedelta(days=n)) for name, n in (("new", 1), ("kept", 365), ("over", 368))}
    for name, moment in days.items():
        services.record(Kind.INVITED, by=by, at=moment, subject=name, ip="192.0.2.1")
    assert services.forget_events(at=at) == 1
    with as_system():
        assert set(AccountEvent.objects.values_list("subject", flat=True)) == {"new", "kept"}
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.forgetting', 'on', true)")
            for asked in ("DELETE FROM accounts_accountevent", "SELECT accounts_forget_events(now())"):
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(asked)
        assert AccountEvent.objects.count() == 2


def test_names_leave_the_accounts_of_people_who_left_long_ago():
    at, today = utc_now(), paris_day(utc_now())
    here, since = body(), kept_since("staff", today)
    assert since is not None
    long_ago, just_over, in_time = since - timedelta(days=400), since - timedelta(days=1), since
    with as_system():
        left = member(here, Role.OFFICER, since=long_ago, ends_on=just_over).person
        kept = {
            "left in time": member(here, Role.OFFICER, since=long_ago, ends_on=in_time).person,
            "still here": member(here, Role.OFFICER, since=long_ago).person,
            "came back": member(here, Role.OFFICER, since=long_ago, ends_on=just_over).person,
        }
        member(here, Role.DELEGATE, of=kept["came back"], since=today)
        Person.objects.update(created_at=day_start(long_ago))
        kept["new, without a role yet"] = person()
        stale, fresh = (
            Invitation.objects.create(
                organisation=here,
                email=f"{name}@exemple.test",
                role=Role.OFFICER,
                token_digest=name.encode() * 6,
                invited_at=moment,
                expires_at=moment,
            )
            for name, moment in (("stale", day_start(just_over)), ("fresh", day_start(in_time)))
        )
        former = left.email
    assert services.forget_people(at=at) == 1
    assert services.forget_people(at=at) == 0
    with as_system():
        left.refresh_from_db()
        assert (left.first_name, left.last_name, left.phone, left.title, left.is_active) == ("", "", "", "", False)
        assert former not in (left.email, str(left))
        assert (str(left), left.has_usable_password()) == ("Ancien membre", False)
        assert not Authenticator.objects.filter(user=left).exists()
        for whose, one in kept.items():
            one.refresh_from_db()
            assert one.forgotten_at is None, whose
        assert set(Invitation.objects.values_list("pk", flat=True)) == {fresh.pk}
        assert stale.pk != fresh.pk
        assert Person.objects.create_user(former, PASSWORD).pk != left.pk  # the address can be invited again


def test_the_journal_is_read_by_its_organisation_alone():
    here, there = body(), body()
    mine, theirs = staff_actor(Role.DIRECTOR, here), staff_actor(Role.DIRECTOR, there)
    invited(here, mine)
    own = services.record("signed_in", by=mine, at=AT, person_id=mine.person_id)
    for reader, seen in ((mine, 2), (theirs, 0), (staff_actor(Role.OFFICER, here), 0), (ANYBODY, 0)):
        assert AccountEvent.objects.visible_to(reader).count() == seen
        with acting(reader):
            assert AccountEvent.objects.visible_to(reader).count() == seen
    with acting(theirs):  # and without the first lock the second one holds
        assert AccountEvent.objects.count() == 0
        assert Invitation.objects.count() == 0
    with acting(mine):
        assert AccountEvent.objects.filter(pk=own.pk).exists()
