"""Finding a letter by its file, and those whose secrets are still to be blanked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0002_security"),
        ("journal", "0002_security"),
        ("organisations", "0001_organisations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("blanked_at__isnull", True), ("status", "sent")),
                fields=["dispatched_at"],
                name="letter_to_blank",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("pdf_key", ""), _negated=True), fields=["pdf_key"], name="letter_by_file"
            ),
        ),
    ]
