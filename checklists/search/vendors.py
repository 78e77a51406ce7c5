"""The part of search that each database does in its own way."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func

from checklists.search import postgresql, sqlite
from checklists.search.tokens import Term

VENDORS = {"sqlite": sqlite, "postgresql": postgresql}


class Matches(Func):
    """Whether a SearchText holds the term."""

    output_field = BooleanField()

    def __init__(self, term: Term) -> None:
        super().__init__("pk", "words")
        self.term = term

    def as_sql(  # type: ignore[override]  # it takes no template of its own
        self, compiler: Any, connection: Any, **more: Any
    ) -> tuple[str, list[Any]]:
        """The condition in the words of the connection's database."""
        vendor = VENDORS[connection.vendor]
        (key, before), (words, after) = (compiler.compile(e) for e in self.source_expressions)
        return vendor.condition(key, words), [*before, *after, vendor.query(self.term)]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the index where it is missing."""
    with connection.cursor() as cursor:
        for statement in VENDORS[connection.vendor].INSTALL:
            cursor.execute(statement)
