"""Writing the index: with each event that brings words, or all of it anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from django.db import models, transaction

from checklists.models import (
    AuditEvent,
    Checklist,
    ChecklistOverlay,
    Disclosable,
    Item,
    Release,
    SearchText,
)
from checklists.search.tokens import words_of

AT_ONCE = 500


def note_event(action: str, subject: models.Model, commit: Mapping[str, Disclosable]) -> None:
    """Index what an event brings: the items of a release just opened, or of a checklist in it that
    moved to a newer version, or words about an item.
    """
    if isinstance(subject, Item) and commit:
        _add(_said(subject.pk, commit.values()))
    elif isinstance(subject, Release) and action == "release.opened":
        _add(_of_template(subject))
    elif isinstance(subject, Checklist) and action == "checklist.upgraded":
        SearchText.objects.filter(item__release=subject.release, text=None).delete()
        _add(_of_template(subject.release))


def rebuild() -> int:
    """Index everything anew, in one transaction; the number of texts."""
    with transaction.atomic():
        SearchText.objects.all().delete()
        for release in Release.objects.order_by("pk").iterator():
            _add(_of_template(release))
            _add(_of_events(release))
        return SearchText.objects.count()


def _add(texts: Iterable[SearchText]) -> None:
    # The same words may be given for an item twice: by an undo, for one.
    SearchText.objects.bulk_create(texts, batch_size=AT_ONCE, ignore_conflicts=True)


def _said(item_id: int, texts: Iterable[Disclosable]) -> Iterator[SearchText]:
    for text in texts:
        yield SearchText(item_id=item_id, text=text, words=words_of(text.value))


def _of_template(release: Release) -> list[SearchText]:
    """A text for each item of the release's templates: its title and its guidance."""
    guidance = _guidance(release)
    return [
        SearchText(
            item_id=pk,
            plain=(plain := guidance.get((checklist, key), "")),
            words=words_of(f"{title}\n{plain}"),
        )
        for pk, checklist, key, title in Item.objects.filter(
            release=release, added_by=None
        ).values_list("pk", "checklist", "key", "title")
    ]


def _guidance(release: Release) -> dict[tuple[int, str], str]:
    """The guidance by checklist and key of the item; overlays add theirs to it."""
    found: dict[tuple[int, str], str] = {}
    versions = [(c.pk, c.template_version) for c in release.checklists.all()]
    overlays = ChecklistOverlay.objects.filter(checklist__release=release).order_by("position")
    versions += [(o.checklist_id, o.template_version) for o in overlays]
    for checklist, version in versions:
        for item in version.tree.items():
            before = found.get((checklist, item.key), "")
            if item.guidance not in before:
                found[checklist, item.key] = f"{before}\n{item.guidance}".strip()
    return found


def _of_events(release: Release) -> Iterator[SearchText]:
    """A text for each of the words behind the events of the release's items."""
    events = AuditEvent.objects.filter(
        chain__release=release, item_id__isnull=False, body__contains='"commit":'
    )
    committed = [
        (item_id, commitment)
        for item_id, body in events.values_list("item_id", "body").iterator()
        for commitment in json.loads(body).get("commit", {}).values()
        if item_id is not None
    ]
    for start in range(0, len(committed), AT_ONCE):
        part = committed[start : start + AT_ONCE]
        texts = {
            text.commitment: text
            for text in Disclosable.objects.filter(commitment__in={c for _, c in part})
        }
        for item_id, commitment in part:
            if commitment in texts:
                yield from _said(item_id, [texts[commitment]])
