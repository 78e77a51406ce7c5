"""Answers of a filled form, brought into a release: each as if somebody had given it on its item.

Only open items are answered. What cannot be done is left as it is and named, each answer with its
reason; the rest is done, as one batch with one way back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, Invalid
from checklists.formats.tree import DONE, NOT_APPLICABLE, ImportResult
from checklists.models import Item, Release
from checklists.operations.guards import require_open, require_person
from checklists.operations.item_steps import (
    Deed,
    confirmed_verdicts,
    leave_out,
    require_reason_not_applicable,
    require_reason_to_tick,
    tick,
)
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.state import Answer, Verdict

MOST_ANSWERS = 1000
"""Answers in one form: more would keep others from the log for too long."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a form says of an item. `answer` is empty where it has words only."""

    key: str
    title: str
    answer: str
    words: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Matched:
    """An answer of a form beside the item it is for, and why it cannot be given, if it cannot."""

    given: Given
    item: Item | None
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Filling:
    """What came of a form. `number` is the seq of the first event, 0 without any."""

    release: Release
    number: int
    done: tuple[Item, ...]
    left: tuple[Matched, ...]


def given_in(result: ImportResult) -> tuple[Given, ...]:
    """The answers in what was read, each with the title of its item."""
    titles = {item.key: item.title for item in result.tree.items()}
    return tuple(
        Given(found.key, titles[found.key], found.answer, found.words, found.line)
        for found in result.answers
    )


def planned_filling(release: Release, answers: Sequence[Given]) -> tuple[Matched, ...]:
    """What `fill_release` would do now, without doing it."""
    items = _items(release)
    verdicts = confirmed_verdicts([item.pk for item in items])
    return tuple(_checked(matched, verdicts) for matched in _matched(items, answers))


@operation
def fill_release(release: Release, answers: Sequence[Given], *, actor: Actor) -> Filling:
    """Give every answer that can be given, to the open item of its key or else of its title.

    Answering again changes and records nothing: those items are open no more. Raises NotVisible,
    NotAllowed, ReleaseClosed; Invalid for no answer or too many.
    """
    release = audit.locked(release)
    require(actor, "answer_item", release.project)
    require_open(release)
    require_person(actor)
    require_answers(answers)
    batch = release.chain.head_seq + 1
    done, left = [], []
    plan = planned_filling(release, answers)
    verdicts = confirmed_verdicts([matched.item.pk for matched in plan if matched.item])
    for matched in plan:
        item, given = matched.item, matched.given
        if matched.message or item is None:
            left.append(matched)
            continue
        deed = Deed(actor, reason=given.words, batch=batch)
        if given.answer == DONE:
            tick(item, deed, expected_version=None, verdict=verdicts.get(item.pk))
        else:
            leave_out(item, deed, expected_version=None)
        done.append(item)
    return Filling(release, batch if done else 0, tuple(done), tuple(left))


def require_answers(answers: Sequence[Given]) -> None:
    """Raise Invalid unless there is something to bring in, and not too much at once."""
    if not answers:
        raise Invalid(
            _("Nothing here is answered: no box is ticked, and no item has a status."),
            code="no_answers",
            field="text",
        )
    if len(answers) > MOST_ANSWERS:
        raise Invalid(
            _("Bring in at most %(most)s answers at once; these are %(count)s.")
            % {"most": MOST_ANSWERS, "count": len(answers)},
            code="too_many_answers",
            field="text",
        )


def _items(release: Release) -> list[Item]:
    """The items of the release as they are now, in order."""
    found = Item.objects.filter(release=release, removed_at=None).select_related(
        "checklist", "own_title"
    )
    items = sorted(found, key=lambda item: (item.checklist.position, item.position, item.pk))
    for item in items:
        item.release = release
    return items


def _matched(items: Sequence[Item], answers: Sequence[Given]) -> Iterator[Matched]:
    """Each answer with its item; a second answer for an item is left."""
    by_key, by_title = defaultdict(list), defaultdict(list)
    for item in items:
        by_key[item.key].append(item)
        by_title[item.called].append(item)
    taken: set[int] = set()
    for given in answers:
        found = by_key[given.key] or by_title[given.title]
        if len(found) > 1:
            found = [item for item in found if item.called == given.title] or found
        if not found:
            yield Matched(given, None, "no_such_item", _("This release has no such item."))
        elif len(found) > 1:
            yield Matched(given, None, "several_items", _("Several items are called so."))
        elif found[0].pk in taken:
            yield Matched(given, found[0], "second_answer", _("The form answers it twice."))
        else:
            taken.add(found[0].pk)
            yield Matched(given, found[0])


def _checked(matched: Matched, verdicts: Mapping[int, Verdict]) -> Matched:
    """The same, with the reason if the answer cannot be given."""
    item, given = matched.item, matched.given
    if matched.message or item is None:
        return matched
    try:
        if item.answer != Answer.OPEN:
            raise Conflict(
                _("It is answered already; nothing was changed."), code="already_answered"
            )
        if given.answer == DONE:
            require_reason_to_tick(item, given.words.strip(), verdicts.get(item.pk))
        elif given.answer == NOT_APPLICABLE:
            require_reason_not_applicable(item, given.words.strip())
        else:
            raise Invalid(
                _("There are words, but nothing says whether it is done."), code="no_answer"
            )
    except (Conflict, Invalid) as refusal:
        return Matched(given, item, refusal.code, refusal.message)
    return matched
