"""Staff read their body's texts and files."""

from django.db import migrations

from mediane.ground.database import rls


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_texts_and_files")]

    operations = [rls.enable("reports_reporttext", staff="body_id"), rls.enable("reports_reportfile", staff="body_id")]
