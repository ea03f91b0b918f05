"""Staff read their organisation's cases and entries; nobody changes an entry or a seal."""

from django.db import migrations

from mediane.ground.database import rls


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_journal")]

    operations = [
        rls.enable("journal_case", staff="organisation_id"),
        rls.enable("journal_entry", staff="organisation_id"),
        rls.append_only("journal_entry"),
        rls.append_only("journal_seal"),
    ]
