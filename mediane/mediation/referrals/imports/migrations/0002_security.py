"""Staff read the imports of their body; the page narrows it further to who may import."""

from django.db import migrations

from mediane.ground.database import rls


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_runs")]

    operations = [rls.enable("imports_importrun", staff="body_id")]
