"""What all rooms may count on: extensions, French search, accent-free sorting, the cache table, the database's own memory."""

from django.db import migrations, models

EXTENSIONS = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in ("unaccent", "pg_trgm", "btree_gist"))

# `unaccent` is only STABLE because its dictionary can be replaced; ours never is, so indexes and generated columns may use this wrapper.
UNACCENT = """
CREATE FUNCTION f_unaccent(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, $1) $$
"""

FRENCH = """
CREATE TEXT SEARCH CONFIGURATION fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION fr ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
"""

# The shape that django.core.cache.backends.db expects. Counters of rate limits: losing them in a crash is harmless, hence UNLOGGED.
CACHE = """
CREATE UNLOGGED TABLE database_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX database_cache_expires ON database_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(UNACCENT, "DROP FUNCTION f_unaccent(text)"),
        migrations.RunSQL(FRENCH, "DROP TEXT SEARCH CONFIGURATION fr"),
        migrations.RunSQL(CACHE, "DROP TABLE database_cache"),
        migrations.CreateModel(
            name="State",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
        ),
    ]
