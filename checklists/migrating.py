"""Keeps the log's triggers and the index of search, which migrations drop on SQLite."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from checklists import search
from checklists.audit import triggers
from checklists.models import Item, SearchText

logger = logging.getLogger(__name__)


@receiver(pre_migrate)
def make_room_for_rebuilds(sender: AppConfig, using: str, plan: list[Any], **kwargs: Any) -> None:
    """SQLite rebuilds a table to alter it, which fails while triggers name the table."""
    if sender.label == "checklists" and plan:
        triggers.remove_for_rebuild(connections[using])


@receiver(post_migrate)
def put_triggers_back(
    sender: AppConfig, using: str, plan: Sequence[Any] = (), **kwargs: Any
) -> None:
    """Also where nothing was migrated: a start repairs what is missing, and says so."""
    connection = connections[using]
    if sender.label != "checklists" or "checklists_auditevent" not in (
        connection.introspection.table_names()
    ):
        return
    if missing := triggers.missing(connection):
        triggers.install(connection)
        if not plan:
            logger.error(
                "The log was not guarded: %s was missing or changed and is put back. "
                "Run verify_audit to learn what was done meanwhile.",
                ", ".join(missing),
            )


@receiver(post_migrate)
def make_everything_findable(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """The index for search where it is missing, and its texts where there are none yet."""
    connection = connections[using]
    if sender.label != "checklists" or "checklists_searchtext" not in (
        connection.introspection.table_names()
    ):
        return
    search.install(connection)
    if Item.objects.using(using).exists() and not SearchText.objects.using(using).exists():
        search.rebuild()
