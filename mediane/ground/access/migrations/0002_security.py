"""Staff may see that a case has keys and when they were used; counters are the system's."""

from django.db import migrations

from mediane.ground.database import rls


class Migration(migrations.Migration):
    dependencies = [("access", "0001_keys")]

    operations = [
        rls.enable("access_casekey", staff="organisation_id"),
        rls.enable("access_accessattempt"),
    ]
