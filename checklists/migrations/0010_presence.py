"""Somebody may choose not to be shown as present."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0009_link_check_since"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="shows_presence",
            field=models.BooleanField(
                default=True, help_text="Others see on which release pages they are."
            ),
        ),
    ]
