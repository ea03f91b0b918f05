"""Invitations, tokens and the account journal are read by their own organisation alone; nobody changes a line of the journal.

People and roles stand outside row-level security: they are read to know who asks, before any scope can be set. `visible_to` walls them.
"""

from django.db import migrations

from mediane.ground.database import rls

INSIDE = f"(SELECT current_setting('app.scope', true)) IN ('staff', 'office', 'trader') AND organisation_id = {rls.ORGANISATION}"
COLLEAGUE = (
    "(SELECT current_setting('app.scope', true)) IN ('staff', 'office', 'trader') AND organisation_id IS NULL AND EXISTS ("
    "SELECT 1 FROM accounts_membership m WHERE m.person_id = accounts_accountevent.person_id "
    f"AND m.organisation_id = {rls.ORGANISATION})"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]

    operations = [
        rls.enable("accounts_invitation"),
        rls.policy("accounts_invitation", "inside", INSIDE),
        rls.enable("accounts_token"),
        rls.policy("accounts_token", "inside", INSIDE),
        rls.enable("accounts_accountevent"),
        rls.policy("accounts_accountevent", "inside", INSIDE),
        rls.policy("accounts_accountevent", "colleague", COLLEAGUE),
        rls.append_only("accounts_accountevent"),
    ]
