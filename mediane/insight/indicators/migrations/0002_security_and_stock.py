"""Staff read their body's frozen figures. The day on which a referral leaves the stock gets an index: the stock of a day is few rows out of years."""

from django.db import migrations

from mediane.ground.database import rls

LEFT_ON = (
    "(CASE WHEN decision NOT IN ('', 'admissible') THEN decision_on "
    "WHEN decision = '' THEN closed_on "
    "WHEN ended_on IS NULL AND state IN ('closed', 'archived', 'destroyed') THEN coalesce(proposal_on, notified_on) ELSE ended_on END)"
)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_freezes"), ("referrals", "0002_security")]

    operations = [
        rls.enable("indicators_freeze", staff="body_id"),
        rls.enable("indicators_restatement"),
        rls.policy(
            "indicators_restatement",
            "staff",
            "EXISTS (SELECT 1 FROM indicators_freeze f WHERE f.id = indicators_restatement.freeze_id)",
        ),
        migrations.RunSQL(
            f"CREATE INDEX referral_left_stock ON referrals_referral (body_id, {LEFT_ON})",
            "DROP INDEX IF EXISTS referral_left_stock",
        ),
    ]
