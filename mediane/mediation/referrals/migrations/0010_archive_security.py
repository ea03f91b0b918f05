"""The archive is closed to the office by the second lock too, and so is all that hangs on an archived case (ADR 0120).

The case follows its referral, and what hangs on the case follows the case: each sub-select is itself bound by the policies of the table it reads.
"""

from django.db import migrations

from mediane.ground.database import rls

LIVE = "state NOT IN ('draft', 'destroyed')"


def staff_reads(condition: str) -> str:
    using = rls.in_scope("staff", f"body_id = {rls.ORGANISATION} AND {condition}")
    return f"ALTER POLICY referrals_referral_staff ON referrals_referral USING ({using})"


def follows(table: str, parent: str, column: str) -> migrations.RunSQL:
    """Staff read a row of `table` when they read the row of `parent` that it hangs on."""
    return rls.restrict(table, "with_its_case", f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table}.{column})")


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0009_positions_security"),
        ("access", "0002_security"),
        ("journal", "0002_security"),
        ("deadlines", "0002_security"),
        ("documents", "0002_security"),
        ("correspondence", "0002_security"),
    ]

    operations = [
        migrations.RunSQL(
            staff_reads(f"{LIVE} AND (state <> 'archived' OR {rls.READS_ARCHIVE})"),
            staff_reads(LIVE),
        ),
        rls.restrict(
            "journal_case",
            "with_its_referral",
            "kind <> 'referral' OR EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = journal_case.id)",
        ),
        follows("journal_entry", "journal_case", "case_id"),
        follows("access_casekey", "journal_case", "case_id"),
        follows("deadlines_clock", "journal_case", "case_id"),
        follows("deadlines_notice", "deadlines_clock", "clock_id"),
        follows("documents_document", "journal_case", "case_id"),
        follows("correspondence_letter", "journal_case", "case_id"),
        follows("correspondence_mailattempt", "correspondence_letter", "letter_id"),
        # said by the case itself from now on: a form that was not sent hides its case, and the case its pieces
        migrations.RunSQL(
            "DROP POLICY documents_document_drafts ON documents_document",
            "CREATE POLICY documents_document_drafts ON documents_document AS RESTRICTIVE FOR SELECT USING "
            "((SELECT current_setting('app.scope', true)) <> 'staff' OR "
            "EXISTS (SELECT 1 FROM referrals_referral r WHERE r.case_id = documents_document.case_id) OR "
            "NOT EXISTS (SELECT 1 FROM journal_case k WHERE k.id = documents_document.case_id AND k.kind = 'referral'))",
        ),
    ]
