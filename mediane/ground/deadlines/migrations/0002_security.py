"""Staff read their organisation's clocks."""

from django.db import migrations

from mediane.ground.database import rls


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_clocks"), ("journal", "0002_security")]

    operations = [
        rls.enable("deadlines_clock", staff="organisation_id"),
        rls.enable("deadlines_clockevent"),
        rls.policy(
            "deadlines_clockevent",
            "by_clock",
            "EXISTS (SELECT 1 FROM deadlines_clock c WHERE c.id = deadlines_clockevent.clock_id)",
        ),
        rls.enable("deadlines_notice", staff="organisation_id"),
    ]
