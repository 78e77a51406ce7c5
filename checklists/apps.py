"""The one app of the project."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class ChecklistsConfig(AppConfig):
    """Registers the system checks, and keeps the log's triggers through migrations."""

    name = "checklists"
    verbose_name = "Readiness"

    def ready(self) -> None:
        # Both need the models, which exist only now.
        from checklists import checks  # noqa: F401, PLC0415

        pre_migrate.connect(_make_room_for_rebuilds, sender=self)
        post_migrate.connect(_put_triggers_back, sender=self)


def _make_room_for_rebuilds(using: str, plan: list[Any], **kwargs: Any) -> None:
    """SQLite rebuilds a table to alter it, which fails while triggers name the table."""
    from checklists.audit import triggers  # noqa: PLC0415

    if plan:
        triggers.remove_for_rebuild(connections[using])


def _put_triggers_back(using: str, plan: list[Any], **kwargs: Any) -> None:
    from checklists.audit import triggers  # noqa: PLC0415

    connection = connections[using]
    if "checklists_auditevent" in connection.introspection.table_names() and (
        triggers.missing(connection)
    ):
        triggers.install(connection)
