"""The chain of what belongs to no release: people, projects, roles, tokens, templates."""

from django.db import migrations


def start(apps, schema_editor):
    apps.get_model("checklists", "AuditChain").objects.create(key="installation")


class Migration(migrations.Migration):
    dependencies = [("checklists", "0002_guard_the_log")]

    operations = [migrations.RunPython(start, migrations.RunPython.noop)]
