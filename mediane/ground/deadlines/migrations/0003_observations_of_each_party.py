"""One running clock of a kind *and hand*: both parties may be asked for something at the same time, each with its own date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0002_security")]

    operations = [
        migrations.RemoveConstraint(model_name="clock", name="clock_one_running_of_a_kind"),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_on__isnull", True)),
                fields=("case", "kind", "hand"),
                name="clock_one_running_of_a_kind",
            ),
        ),
    ]
