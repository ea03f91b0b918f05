"""Who may see a letter, said once for both locks. This room knows audiences; the rooms above say which cases a party reaches, and since when.

Until they do (`party_rule` for the filter, `party_sql` for the policy in their migration), parties see nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from mediane.ground.accounts.actor import Actor, Scope

Rule = Callable[[Actor], Q]
_rules: dict[Scope, list[Rule]] = {}
PARTIES = {Scope.REQUESTER: "consumer", Scope.TRADER: "trader"}


def party_rule(scope: Scope, rule: Rule) -> None:
    """Say which cases' letters a scope reaches, as a Q on Letter.

    Of several rules for a party (one a kind of case) any may open; for STAFF each narrows.
    """
    if scope not in (*PARTIES, Scope.STAFF):
        raise ValueError(f"no rule for {scope}")
    if rule not in _rules.setdefault(scope, []):
        _rules[scope].append(rule)


def seen_by(actor: Actor) -> Q | None:
    """The filter of what this person may see; None: nothing at all. A party reads its own letters, from the moment their PDF exists."""
    if actor.scope is Scope.SYSTEM:
        return Q()
    if actor.scope is Scope.STAFF:
        mine = Q(organisation_id=actor.organisation_id)
        for rule in _rules.get(Scope.STAFF, ()):
            mine &= rule(actor)
        return mine
    if actor.scope in PARTIES and _rules.get(actor.scope):
        cases = Q()
        for rule in _rules[actor.scope]:
            cases |= rule(actor)
        return cases & Q(audience=PARTIES[actor.scope]) & ~Q(pdf_key="") & ~Q(status="cancelled")
    return None


def party_sql(party: str, cases: str) -> str:
    """Condition of a policy on `correspondence_letter`: `party_sql("requester", "case_id = …")`, `party_sql("trader", "EXISTS (SELECT …)")`."""
    scope = Scope(party)
    mine = f"audience = '{PARTIES[scope]}' AND pdf_key <> '' AND status <> 'cancelled'"
    return f"(SELECT current_setting('app.scope', true)) = '{scope.value}' AND {mine} AND ({cases})"
