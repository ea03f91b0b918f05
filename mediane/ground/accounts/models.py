"""People who sign in, their roles in organisations, and invitations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, Lower, Now
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import DEFINITIONS, Permission, Role
from mediane.ground.database.triggers import append_only_until_forgotten
from mediane.ground.organisations.models import Organisation, Unit
from mediane.kernel.moments import paris_day

ROLES = {role.value for role in DEFINITIONS}
ROLE_CHOICES = [(role.value, definition.label) for role, definition in DEFINITIONS.items()]


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Actor) -> PersonQuerySet:
        """Colleagues: whoever holds or held a role in the actor's organisation. Others see themselves alone."""
        if actor.is_system:
            return self
        mine = Q(pk=actor.person_id)
        if actor.organisation_id is not None and actor.person_id is not None:
            mine |= Q(pk__in=Membership.objects.filter(organisation_id=actor.organisation_id).values("person_id"))
        return self.filter(mine)

    def holding(self, organisation_id: int, roles: set[Role] | frozenset[Role], day: date) -> PersonQuerySet:
        """People who hold one of these roles there that day."""
        held = Membership.objects.current(day).filter(
            organisation_id=organisation_id, role__in=[role.value for role in roles]
        )
        return self.filter(pk__in=held.values("person_id"), is_active=True)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)["Person"]):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """Somebody who signs in with an e-mail address, a password and a second factor. Has no power by itself: roles give it."""

    email = models.EmailField(max_length=254)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    title = models.CharField(
        max_length=120, blank=True
    )  # what the desk shows under the name, "Juriste, pôle livraison"
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    forgotten_at = models.DateTimeField(null=True, blank=True)  # name and addresses are gone (`services.forget_people`)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False  # there is no Django admin
    is_superuser = False

    objects = PersonManager()

    class Meta:
        ordering = ("last_name", "first_name")
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return str(_("Ancien membre")) if self.forgotten_at else f"{self.first_name} {self.last_name}".strip()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:2].upper()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, day: date) -> MembershipQuerySet:
        return self.not_over(day).filter(starts_on__lte=day)

    def not_over(self, day: date) -> MembershipQuerySet:
        """Held that day or to begin later."""
        return self.filter(cancelled_at__isnull=True).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def visible_to(self, actor: Actor) -> MembershipQuerySet:
        return (
            self
            if actor.is_system
            else self.filter(Q(organisation_id=actor.organisation_id) | Q(person_id=actor.person_id))
        )


class Membership(models.Model):
    """A role held by a person in an organisation, both days included. History is kept: a role ends, it is never deleted.

    `cancelled_at`: ended at once on the very day it began, so it counts for no day at all.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True)
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("organisation", "role")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in DEFINITIONS]), name="membership_role_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            ExclusionConstraint(
                name="membership_role_once_at_a_time",
                condition=Q(cancelled_at__isnull=True),
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            Coalesce(F("ends_on"), date(9999, 12, 30)),
                            models.Value("[]"),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.organisation_id}"

    @property
    def role_enum(self) -> Role:
        return Role(self.role)

    def is_current(self, day: date) -> bool:
        return self.cancelled_at is None and self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Invitation(models.Model):
    """An invitation to take a role; the token is in the e-mail only, its digest here."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    token_digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-invited_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in DEFINITIONS]), name="invitation_role_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True), name="invitation_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, at: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at

    @property
    def state_label(self) -> Any:
        if self.accepted_at:
            return _("acceptée")
        if self.revoked_at:
            return _("annulée")
        return _("en attente")


class Token(models.Model):
    """A machine's key to the API of one organisation; only its digest is kept. `scopes` are names known to `mediane.api`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    prefix = models.CharField(max_length=8)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"token {self.prefix}"

    def is_open(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    @property
    def last_day(self) -> date | None:
        """The day in Paris on which it works for the last time."""
        return paris_day(self.expires_at - timedelta.resolution) if self.expires_at else None


class AccountEventKind(models.TextChoices):
    SIGNED_IN = "signed_in", _("Connexion")
    SIGN_IN_FAILED = "sign_in_failed", _("Échec de connexion")
    SIGNED_OUT = "signed_out", _("Déconnexion")
    SESSIONS_ENDED = "sessions_ended", _("Autres sessions fermées")
    PASSWORD_CHANGED = "password_changed", _("Mot de passe changé")
    PASSWORD_RESET = "password_reset", _("Mot de passe réinitialisé par courriel")
    SECOND_FACTOR_ADDED = "second_factor_added", _("Second facteur activé")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Second facteur retiré")
    RECOVERY_CODES_MADE = "recovery_codes_made", _("Codes de secours renouvelés")
    RECOVERY_CODE_USED = "recovery_code_used", _("Code de secours utilisé")
    SECOND_FACTOR_RESET = "second_factor_reset", _("Second facteur remis à zéro")
    PERSON_ADDED = "person_added", _("Personne ajoutée")
    PERSON_DEACTIVATED = "person_deactivated", _("Compte désactivé")
    PERSON_REACTIVATED = "person_reactivated", _("Compte réactivé")
    INVITED = "invited", _("Invitation envoyée")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation acceptée")
    INVITATION_REVOKED = "invitation_revoked", _("Invitation annulée")
    ROLE_GRANTED = "role_granted", _("Rôle attribué")
    ROLE_ENDED = "role_ended", _("Rôle retiré")
    TOKEN_CREATED = "token_created", _("Jeton d’API créé")
    TOKEN_REVOKED = "token_revoked", _("Jeton d’API révoqué")


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    def visible_to(self, actor: Actor) -> AccountEventQuerySet:
        """Those of the actor's organisation, with the sign-ins of its people; for who manages people only. The same as the policy in the database."""
        if actor.is_system:
            return self
        if actor.organisation_id is None or not actor.may(Permission.MANAGE_PEOPLE):
            return self.none()
        people = Membership.objects.filter(organisation_id=actor.organisation_id).values("person_id")
        return self.filter(Q(organisation_id=actor.organisation_id) | Q(organisation__isnull=True, person__in=people))


class AccountEvent(models.Model):
    """One thing done to an account or with it: who (`by`), what, when, to whom (`person`). Never changed, never removed before its time (rule
    `security_log` of the retention register; `services.forget_events`).

    Without an organisation: the person's own doing (sign-in, password, second factor), which concerns every organisation they work for.
    `subject` is what cannot be pointed at: the address invited, the name of a token.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=24, choices=AccountEventKind)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="account_events", db_index=False
    )
    subject = models.CharField(max_length=254, blank=True)
    facts = models.JSONField(default=dict)
    door = models.CharField(max_length=12)
    ip = models.GenericIPAddressField(null=True)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AccountEventKind.values), name="account_event_kind_known")
        ]
        indexes = [
            models.Index(fields=("organisation", "-at"), name="account_event_by_organisation"),
            models.Index(fields=("person", "-at"), name="account_event_by_person"),
        ]
        triggers = [append_only_until_forgotten("accounts_accountevent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"

    @property
    def door_label(self) -> Any:
        """Where it came from, when no network address says it."""
        return {"command": _("ligne de commande"), "job": _("tâche de fond"), "api": _("API")}.get(self.door, "")

    @property
    def role_label(self) -> Any:
        """The role an event is about, in words, or nothing."""
        role = self.facts.get("role")
        return DEFINITIONS[Role(role)].label if role in ROLES else ""
