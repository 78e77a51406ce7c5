"""My work: everything that waits for one person across the releases that run, late first.

A fixed number of queries, whatever the number of releases and items: no release is replayed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from checklists.models import Person
from checklists.pages.work_items import item_tasks
from checklists.pages.work_lines import CALL, ENDING, ITEM, MENTION, SIGN, WAIVER, Task
from checklists.pages.work_news import Watched, mention_tasks, watched_releases
from checklists.pages.work_reader import reader_of
from checklists.pages.work_roles import role_tasks

HEADINGS = {
    MENTION: gettext_lazy("Mentions"),
    SIGN: gettext_lazy("Signatures"),
    CALL: gettext_lazy("Go or no-go"),
    ITEM: gettext_lazy("Items"),
    WAIVER: gettext_lazy("Waivers to decide"),
    ENDING: gettext_lazy("Your waivers that end"),
}
LATE = "late"
MOST_SHOWN = 100
"""Lines of a group; the counts say how many there are."""


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one kind."""

    kind: str
    heading: str
    tasks: Sequence[Task]
    total: int

    @property
    def more(self) -> int:
        """Those that are not shown."""
        return self.total - len(self.tasks)


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that waits for one person, and the releases they watch.

    `releases` are those that something waits in: their ids and names.
    """

    tasks: Sequence[Task]
    watched: Sequence[Watched]
    releases: Sequence[tuple[int, str]]

    def of_release(self, release: int | None) -> list[Task]:
        """The lines of one release, or all."""
        return [task for task in self.tasks if release in (None, task.release)]

    def counts(self, release: int | None = None) -> Mapping[str, int]:
        """How many lines there are of each kind, and how many are late."""
        tasks = self.of_release(release)
        return {**Counter(task.kind for task in tasks), LATE: sum(task.late for task in tasks)}

    def of_kind(self, *kinds: str) -> list[Task]:
        """The lines of these kinds, late first."""
        return [task for task in self.tasks if task.kind in kinds]

    def groups(self, *, only: str = "", release: int | None = None) -> list[Group]:
        """The lines by kind: of one kind, those that are late, those of one release, or all."""
        shown = [
            task
            for task in self.of_release(release)
            if only in ("", task.kind) or (only == LATE and task.late)
        ]
        found = []
        for kind, heading in HEADINGS.items():
            tasks = [task for task in shown if task.kind == kind]
            if tasks:
                found.append(Group(kind, str(heading), tasks[:MOST_SHOWN], len(tasks)))
        return found


def work_of(person: Person) -> Work:
    """What waits for somebody, and what they watch."""
    reader = reader_of(person)
    tasks = [*item_tasks(reader), *role_tasks(reader)]
    tasks.sort(key=lambda task: task.order)
    return Work(
        tasks=[*mention_tasks(reader), *tasks],
        watched=watched_releases(person),
        releases=[
            (pk, str(release))
            for pk, release in reader.releases.items()
            if any(task.release == pk for task in tasks)
        ],
    )


def waiting_for(person: Person) -> int:
    """How many lines of work wait for somebody."""
    reader = reader_of(person)
    lists = (item_tasks(reader), role_tasks(reader), mention_tasks(reader))
    return sum(1 for tasks in lists for _ in tasks)
