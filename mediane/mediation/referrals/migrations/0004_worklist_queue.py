"""The queue of each open file, computed by the database, and one partial index for each way of asking for it: everybody's, mine, my mandate's, locked."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_security"),
        ("referrals", "0003_constraints_of_moves"),
        ("schemes", "0001_bodies"),
        ("traders", "0001_traders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="referral",
            name="referral_worklist",
        ),
        migrations.RemoveIndex(
            model_name="referral",
            name="referral_my_worklist",
        ),
        migrations.AddField(
            model_name="referral",
            name="queue",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(quiet=True, then=models.Value("")),
                    models.When(
                        state__in=["incomplete", "received", "under_review"], then=models.Value("admissibility")
                    ),
                    models.When(state="awaiting_entry", then=models.Value("mediation")),
                    models.When(
                        due_kind__in=("observations", "objection"), state="in_mediation", then=models.Value("mediation")
                    ),
                    models.When(state="in_mediation", then=models.Value("proposal")),
                    models.When(state="proposal_notified", then=models.Value("answers")),
                    models.When(state="in_execution", then=models.Value("execution")),
                    default=models.Value(""),
                ),
                output_field=models.CharField(max_length=14),
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("queue__gt", "")),
                fields=["body", "queue", "due_on", "case"],
                name="referral_worklist",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("queue__gt", "")),
                fields=["assignee", "queue", "due_on", "case"],
                name="referral_my_worklist",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("queue__gt", "")),
                fields=["mediator", "queue", "due_on", "case"],
                name="referral_mediator_worklist",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("locked", True)), fields=["body", "due_on", "case"], name="referral_locked_worklist"
            ),
        ),
    ]
