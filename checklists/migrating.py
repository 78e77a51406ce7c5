"""Keeps the triggers of the log through migrations, which drop them on SQLite."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from checklists.audit import triggers


@receiver(pre_migrate)
def make_room_for_rebuilds(sender: AppConfig, using: str, plan: list[Any], **kwargs: Any) -> None:
    """SQLite rebuilds a table to alter it, which fails while triggers name the table."""
    if sender.label == "checklists" and plan:
        triggers.remove_for_rebuild(connections[using])


@receiver(post_migrate)
def put_triggers_back(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Also where nothing was migrated: a start repairs what is missing."""
    connection = connections[using]
    if sender.label != "checklists" or "checklists_auditevent" not in (
        connection.introspection.table_names()
    ):
        return
    if triggers.missing(connection):
        triggers.install(connection)
