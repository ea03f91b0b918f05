"""Who reads a position: whoever reads the message that carries it (the sub-select is itself bound by that table's policies)."""

from django.db import migrations

from mediane.ground.database import rls


class Migration(migrations.Migration):
    dependencies = [("referrals", "0008_asking_and_positions"), ("deadlines", "0003_observations_of_each_party")]

    operations = [
        rls.enable("referrals_position"),
        rls.policy(
            "referrals_position",
            "by_message",
            "EXISTS (SELECT 1 FROM referrals_message m WHERE m.id = referrals_position.message_id)",
        ),
    ]
