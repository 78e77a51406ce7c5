"""Make the search index anew, from items and the words behind their events."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from checklists import search


class Command(BaseCommand):
    """python manage.py rebuild_search"""

    help = "Make the search index anew. Nothing depends on it, so it can be run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many texts there are."""
        texts = search.rebuild()
        self.stdout.write(f"{texts} texts can be found.")
