"""Somebody else's ticks, from another process: they cost the measured server nothing.

    python -m tests.bench.ticker RELEASE

ticks or unticks one item for each line it reads, and answers with a line when it is committed.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import cycle
from types import TracebackType
from typing import TYPE_CHECKING, Self

import django

if TYPE_CHECKING:
    from tests.bench.side_by_side import Ours


class Ticker:
    """The other process, as the measuring one sees it."""

    def __init__(self, ours: Ours) -> None:
        self._command = [sys.executable, "-m", "tests.bench.ticker", str(ours.release)]
        self._environ = ours.environ

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.change()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=30)

    def change(self) -> None:
        """One change, committed when this returns."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        if not self._process.stdout.readline():
            raise RuntimeError("The ticker ended.")


def main(release: int) -> None:
    """Change one item after the other as long as lines come."""
    django.setup()
    from checklists.actors import Actor  # noqa: PLC0415 (after setup)
    from checklists.models import Item, Person  # noqa: PLC0415
    from checklists.operations.items import tick_item, untick_item  # noqa: PLC0415

    actor = Actor.of_person(Person.objects.get(email="priya@example.com"))
    items = Item.objects.filter(release=release, na_allowed=False).select_related("release")
    for item, _ in zip(cycle(list(items)), sys.stdin, strict=False):
        item.refresh_from_db(fields=["answer"])
        (untick_item if item.answer == "done" else tick_item)(item, actor=actor)
        print("done", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
