"""Row-level security. The rooms that know the parties add their policies on documents_document (`visibility.party_sql`)."""

from django.db import migrations

from mediane.ground.database import rls

# A preview or a reading is seen by whoever sees its piece: the inner SELECT is itself bound by the policies of documents_document.
OF_DOCUMENT = "EXISTS (SELECT 1 FROM documents_document d WHERE d.id = document_id)"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents"), ("database", "0001_search_and_state")]

    operations = [
        rls.enable(
            "documents_document",
            staff="organisation_id",
            staff_condition=f"(audience <> 'mediator' OR {rls.WALL_MEDIATOR})",
        ),
        rls.enable("documents_preview"),
        rls.policy("documents_preview", "as_document", OF_DOCUMENT),
        rls.enable("documents_reading", staff="organisation_id", staff_condition=OF_DOCUMENT),
    ]
