"""The triggers that keep every chain append-only."""

from django.db import migrations

from checklists.audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0001_initial")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
