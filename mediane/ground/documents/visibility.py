"""Who may see a piece, said once and used for both locks: as a filter of Django and as a condition of row-level
security.

This room knows audiences; it does not know which party holds which case, nor since when. The rooms above say so with
`party_rule` (filter) and in their own migration with `party_sql` (policy). Until they do, parties see nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.documents.enums import Audience, Author

Rule = Callable[[Actor], Q]
_rules: dict[Scope, list[Rule]] = {}
_PARTY = {Scope.REQUESTER: Author.CONSUMER, Scope.TRADER: Author.TRADER}


def party_rule(scope: Scope, rule: Rule) -> None:
    """Say which cases' pieces a scope reaches, as a Q on Document.

    Of several rules for a party (one a kind of case) any may open; for STAFF each narrows.
    """
    if scope not in (Scope.REQUESTER, Scope.TRADER, Scope.STAFF):
        raise ValueError(f"no rule for {scope}")
    if rule not in _rules.setdefault(scope, []):
        _rules[scope].append(rule)


def seen_by(actor: Actor) -> Q | None:
    """The filter of what this person may see; None: nothing at all."""
    rules = [rule(actor) for rule in _rules.get(actor.scope, ())]
    match actor.scope:
        case Scope.SYSTEM:
            return Q()
        case Scope.STAFF:
            mine = Q(organisation_id=actor.organisation_id)
            for rule in rules:
                mine &= rule
            return mine if actor.reads_mediator_notes else mine & ~Q(audience=Audience.MEDIATOR)
        case Scope.REQUESTER | Scope.TRADER if rules:
            cases = Q()
            for rule in rules:
                cases |= rule
            party = _PARTY[actor.scope]
            return (
                cases
                & Q(withdrawn_at__isnull=True)
                & (Q(audience__in=(party.value, Audience.BOTH.value)) | Q(author_party=party.value))
            )
        case _:
            return None


def party_sql(party: str, cases: str) -> str:
    """Condition of a policy on `documents_document` for a party: `cases` says which rows' cases it reaches. For
    `rls.policy` in the migration of the room above.

    `party_sql("requester", "case_id = …")` or `party_sql("trader", "EXISTS (SELECT …)")`.
    """
    author = _PARTY[Scope(party)].value
    readable = f"(audience IN ('{author}', 'both') OR author_party = '{author}')"
    scope = f"(SELECT current_setting('app.scope', true)) = '{Scope(party).value}'"
    return f"{scope} AND withdrawn_at IS NULL AND {readable} AND ({cases})"
