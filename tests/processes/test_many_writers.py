"""Eight processes tick in one release; and processes that are killed lose nothing they said."""

from __future__ import annotations

import json
import time
from collections import Counter

from checklists.audit.verify import verify_all
from checklists.models import AuditEvent, Item, Release
from tests.audit.full_release import log_rows_of_factories
from tests.cast import make_cast
from tests.checklist_data import open_small_release, publish, wide_tree
from tests.processes.many_writers import ITEMS_EACH, go, results, writers

WRITERS, TICKS = 8, 40


def opened() -> tuple[Release, int]:
    cast = make_cast()
    release = open_small_release(cast, template=publish(wide_tree(WRITERS * ITEMS_EACH)))
    log_rows_of_factories()
    return release, cast.priya.pk


def sequence(release: Release) -> list[int]:
    events = AuditEvent.objects.filter(chain__release=release).order_by("seq")
    return list(events.values_list("seq", flat=True))


def test_eight_processes_tick_in_one_release_without_an_error_or_a_gap(committed_db, capsys):
    release, person = opened()
    with writers(committed_db, release, person, WRITERS, TICKS) as processes:
        go(processes)
        found = results(processes)
    assert [result.errors for result in found] == [""] * WRITERS
    assert sequence(release) == list(range(1, WRITERS * TICKS + 2))
    assert verify_all().is_clean
    worst = max(result.worst for result in found)
    with capsys.disabled():
        print(f"\n  {WRITERS} x {TICKS} ticks: worst wait {worst:.2f} s (target 2 s)")
    assert worst < 20


def test_killed_writers_lose_no_tick_they_had_acknowledged(committed_db):
    release, person = opened()
    with writers(committed_db, release, person, 4, 10_000) as processes:
        go(processes)
        for process in processes:
            time.sleep(0.4)
            process.kill()
        found = results(processes)
    acknowledged = [change for result in found for change in result.acknowledged]
    assert len(acknowledged) > 4
    events = AuditEvent.objects.filter(chain__release=release, item_id__isnull=False)
    written = Counter(events.values_list("item_id", flat=True))
    # Each event of an item grows its version by one, from one on.
    lost = [(item, version) for item, version in acknowledged if written[item] + 1 < version]
    assert lost == []
    assert sequence(release) == list(range(1, sequence(release)[-1] + 1))
    assert verify_all().is_clean


def test_each_event_says_the_answer_its_row_was_left_with(committed_db):
    release, person = opened()
    with writers(committed_db, release, person, 2, 15) as processes:
        go(processes)
        results(processes)
    newest = {}
    for body in AuditEvent.objects.filter(chain__release=release).values_list("body", flat=True):
        event = json.loads(body)
        if event["subject"]["type"] == "item":
            newest[event["subject"]["id"]] = event["action"]
    for item in Item.objects.filter(pk__in=newest):
        assert (item.answer == "done") == (newest[item.pk] == "item.ticked")
