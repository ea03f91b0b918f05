"""Who reads which row (SELECT; writes go through use cases): staff its body's, the requester the one case, the trader its own once notified.

What hangs on a referral follows it: the sub-select on `referrals_referral` is itself bound by that table's policies.
"""

from django.db import migrations

from mediane.ground.correspondence.visibility import party_sql as letter_sql
from mediane.ground.database import rls
from mediane.ground.documents.visibility import party_sql as document_sql

SEEN = "state NOT IN ('archived', 'destroyed')"
REQUESTER = f"case_id = {rls.CASE} AND {SEEN}"
TRADER = f"trader_id = ANY ({rls.TRADERS}) AND notified_on IS NOT NULL AND {SEEN}"


def scope(name: str) -> str:
    return f"{rls.SCOPE} = '{name}'"


def reachable(table: str, column: str = "referral_id") -> str:
    return f"EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = {table}.{column})"


def follows(
    table: str, *, consumer: str = "", trader: str = "", staff: str = "", column: str = "referral_id"
) -> list[migrations.RunSQL]:
    """Security of a table that hangs on a referral. An empty condition: that party reads no row; "true": every row of a case it reaches."""
    operations = [rls.enable(table)]
    office = f"{scope('staff')} AND {reachable(table, column)}" + (f" AND ({staff})" if staff else "")
    operations.append(rls.policy(table, "staff", office))
    for name, condition in (("requester", consumer), ("trader", trader)):
        if condition:
            operations.append(
                rls.policy(table, name, f"{scope(name)} AND {reachable(table, column)} AND ({condition})")
            )
    return operations


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0001_referrals"),
        ("deadlines", "0002_security"),
        ("documents", "0002_security"),
        ("correspondence", "0002_security"),
    ]

    operations = [
        rls.enable("referrals_referral", staff="body_id", staff_condition="state NOT IN ('draft', 'destroyed')"),
        rls.policy("referrals_referral", "requester", f"{scope('requester')} AND {REQUESTER}"),
        rls.policy("referrals_referral", "trader", f"{scope('trader')} AND {TRADER}"),
        *follows("referrals_claim", consumer="true"),
        *follows("referrals_notifieddispute", consumer="true", trader="true"),
        *follows("referrals_partycontact", consumer="party = 'consumer'", trader="party = 'trader'"),
        *follows(
            "referrals_message",
            consumer="audience IN ('consumer', 'both')",
            trader="audience IN ('trader', 'both')",
            staff=f"audience <> 'mediator' OR {rls.WALL_MEDIATOR}",
        ),
        rls.enable("referrals_messagedocument"),
        rls.policy(
            "referrals_messagedocument",
            "by_message",
            "EXISTS (SELECT 1 FROM referrals_message m WHERE m.id = referrals_messagedocument.message_id)",
        ),
        *follows("referrals_piecerequest", consumer="asked_of = 'consumer'", trader="asked_of = 'trader'"),
        *follows("referrals_proposal", consumer="notified_on IS NOT NULL", trader="notified_on IS NOT NULL"),
        *follows("referrals_sealedanswer", consumer="party = 'consumer'", trader="party = 'trader'"),
        *follows("referrals_agreement", consumer="true", trader="true"),
        *follows("referrals_executionreport", consumer="true", trader="true"),
        *follows("referrals_conflict"),  # who objected is for the office alone: parties read the letter and the clock
        *follows("referrals_certificate", consumer="true", trader="true"),
        *follows("referrals_resumptionconsent", consumer="party = 'consumer'", trader="party = 'trader'"),
        *follows("referrals_presence"),
        rls.policy(
            "deadlines_clock",
            "requester",
            f"{scope('requester')} AND {reachable('deadlines_clock', 'case_id')} AND (kind <> 'observations' OR hand = 'consumer')",
        ),
        rls.policy(
            "deadlines_clock",
            "trader",
            f"{scope('trader')} AND {reachable('deadlines_clock', 'case_id')} AND kind NOT IN ('rejection', 'pieces', 'premature') "
            "AND (kind <> 'observations' OR hand = 'trader')",
        ),
        rls.policy(
            "documents_document",
            "requester",
            document_sql("requester", reachable("documents_document", "case_id")),
        ),
        rls.policy("documents_document", "trader", document_sql("trader", reachable("documents_document", "case_id"))),
        # restrictive: whatever else lets the office read, not the pieces of a form that was not sent
        migrations.RunSQL(
            "CREATE POLICY documents_document_drafts ON documents_document AS RESTRICTIVE FOR SELECT USING "
            "((SELECT current_setting('app.scope', true)) <> 'staff' OR "
            + reachable("documents_document", "case_id")
            + " OR NOT EXISTS (SELECT 1 FROM journal_case k WHERE k.id = documents_document.case_id AND k.kind = 'referral'))",
            "DROP POLICY documents_document_drafts ON documents_document",
        ),
        rls.policy(
            "correspondence_letter", "requester", letter_sql("requester", reachable("correspondence_letter", "case_id"))
        ),
        rls.policy(
            "correspondence_letter", "trader", letter_sql("trader", reachable("correspondence_letter", "case_id"))
        ),
    ]
