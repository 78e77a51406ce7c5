"""What search looks through: derived from items and the words behind their events."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from checklists.models.audit import Disclosable
from checklists.models.item import Item


class SearchText(models.Model):
    """A text about an item, as words to be found.

    Somebody's words stay in their `text` alone, and go from here when they are erased; `plain` is
    the template's guidance. Written by checklists.search only, and never the truth of anything.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="search_texts")
    text = models.ForeignKey(Disclosable, models.CASCADE, null=True, related_name="+")
    plain = models.TextField(blank=True)
    words = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "text"], name="search_text_once"),
        ]

    def __str__(self) -> str:
        return f"Words about {self.item_id}"
