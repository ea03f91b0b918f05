"""Words by which a case is looked for, kept by the database itself, whoever writes a referral: a service, an import, a correction by hand (ADR 0150)."""

import django.db.models.deletion
from django.db import migrations, models

from mediane.ground.database import rls

# Folded as people type: no accents, no capitals, cut at whatever is no letter or figure. A civility is nobody's name.
WORDS = """
CREATE FUNCTION name_words(text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT DISTINCT left(word, 40) FROM regexp_split_to_table(lower(public.f_unaccent($1)), '[^[:alnum:]]+') AS word
    WHERE word NOT IN ('', 'm', 'mr', 'mme', 'mlle')
$$
"""

# `r` is a row of referrals_referral. A form that was not sent and a case that was destroyed are found by nobody.
OF_ROW = """
    SELECT r.body_id, r.case_id, w.word, r.state = 'archived' FROM {rows} r CROSS JOIN LATERAL (
        SELECT name_words(r.consumer_name) AS word
        UNION SELECT name_words(r.trader_given) WHERE r.trader_id IS NULL
        UNION SELECT left(lower(substring(r.number FROM '[^-]*$')), 40)
    ) w WHERE r.state NOT IN ('draft', 'destroyed') AND w.word <> ''
"""
INSERT = "INSERT INTO referrals_nameword (body_id, referral_id, word, archived) "

WRITTEN = f"""
CREATE FUNCTION referral_words_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {INSERT} {OF_ROW.format(rows="written")};
    RETURN NULL;
END $$
"""

CHANGED = f"""
CREATE FUNCTION referral_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM referrals_nameword WHERE body_id = OLD.body_id AND referral_id = OLD.case_id;
    IF TG_OP = 'UPDATE' THEN
        {INSERT} {OF_ROW.format(rows="(SELECT NEW.*)")};
    END IF;
    RETURN NULL;
END $$
"""

TRIGGERS = """
CREATE TRIGGER referral_words_written AFTER INSERT ON referrals_referral REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION referral_words_written();
CREATE TRIGGER referral_words_changed AFTER UPDATE ON referrals_referral FOR EACH ROW WHEN (
    (OLD.consumer_name, OLD.trader_given, OLD.trader_id, OLD.number) IS DISTINCT FROM (NEW.consumer_name, NEW.trader_given, NEW.trader_id, NEW.number)
    OR (OLD.state <> NEW.state AND (OLD.state IN ('draft', 'archived', 'destroyed') OR NEW.state IN ('draft', 'archived', 'destroyed')))
) EXECUTE FUNCTION referral_words_changed();
CREATE TRIGGER referral_words_gone AFTER DELETE ON referrals_referral FOR EACH ROW EXECUTE FUNCTION referral_words_changed();
"""
NO_TRIGGERS = """
DROP TRIGGER referral_words_gone ON referrals_referral;
DROP TRIGGER referral_words_changed ON referrals_referral;
DROP TRIGGER referral_words_written ON referrals_referral;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0010_archive_security"),
        ("schemes", "0001_bodies"),
        ("database", "0001_search_and_state"),
    ]

    operations = [
        migrations.CreateModel(
            name="NameWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "body", "referral", "word", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.CharField(db_collation="C", max_length=40)),
                ("archived", models.BooleanField()),
                (
                    "body",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="schemes.body",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["body", "word", "referral"], name="nameword_by_word")]},
        ),
        migrations.RunSQL(WORDS, "DROP FUNCTION name_words(text)"),
        migrations.RunSQL(WRITTEN, "DROP FUNCTION referral_words_written()"),
        migrations.RunSQL(CHANGED, "DROP FUNCTION referral_words_changed()"),
        migrations.RunSQL(INSERT + OF_ROW.format(rows="referrals_referral"), migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        # What the policy of the referral says of staff, in its own columns: a look at each case found would cost more than finding it.
        rls.enable("referrals_nameword", staff="body_id", staff_condition=f"(NOT archived OR {rls.READS_ARCHIVE})"),
        migrations.RemoveIndex(model_name="referral", name="referral_consumer_trgm"),
        migrations.AddIndex(
            model_name="referral", index=models.Index(fields=["trader", "case"], name="referral_by_trader")
        ),
    ]
