"""Rates are the system's alone."""

from django.db import migrations

from mediane.ground.database import rls


class Migration(migrations.Migration):
    dependencies = [("access", "0003_rates")]

    operations = [rls.enable("access_rate")]
