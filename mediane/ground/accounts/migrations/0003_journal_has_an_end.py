"""The account journal is kept as long as the retention register says: its owner's function removes what is over, the product's role still may not."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

FORGET = """
CREATE FUNCTION accounts_forget_events(before timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
  IF before > now() - interval '30 days' THEN
    RAISE EXCEPTION 'lines of the last thirty days stay';
  END IF;
  PERFORM set_config('app.forgetting', 'on', true);
  DELETE FROM public.accounts_accountevent WHERE at < before;
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('app.forgetting', '', true);
  RETURN gone;
END $$
"""
GRANT = (
    "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mediane_app') THEN "
    "GRANT EXECUTE ON FUNCTION accounts_forget_events(timestamptz) TO mediane_app; END IF; END $$"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_security"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="accountevent",
            name="append_only",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF TG_OP = 'DELETE' AND current_setting('app.forgetting', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'accounts_accountevent is append-only';",
                    hash="5f4c8c0bfa1f3c6d7ef82144aa0b7c7aa3b4f1ab",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a5014",
                    table="accounts_accountevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(
            [FORGET, "REVOKE ALL ON FUNCTION accounts_forget_events(timestamptz) FROM PUBLIC", GRANT],
            ["DROP FUNCTION accounts_forget_events(timestamptz)"],
        ),
    ]
