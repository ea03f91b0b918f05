"""Row-level security. The rooms that know the parties add their policies on correspondence_letter (`visibility.party_sql`)."""

from django.db import migrations

from mediane.ground.database import rls

OWN = f"organisation_id = {rls.ORGANISATION}"


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0001_letters"), ("database", "0001_search_and_state")]

    operations = [
        rls.enable("correspondence_letter", staff="organisation_id"),
        rls.enable("correspondence_mailattempt", staff="organisation_id"),
        rls.enable("correspondence_printbatch", staff="organisation_id"),
        # Texts hold no case: who sets up a body without reading cases (scope office) sees them too.
        rls.enable("correspondence_lettertemplate", staff="organisation_id"),
        rls.policy("correspondence_lettertemplate", "office", rls.in_scope("office", OWN)),
        rls.enable("correspondence_lettersettings", staff="organisation_id"),
        rls.policy("correspondence_lettersettings", "office", rls.in_scope("office", OWN)),
    ]
