"""What a request costs in queries: the same for a small checklist and for a large one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.audit import current
from checklists.formats.tree import ChecklistTree, Group, Item, Section
from checklists.models import Release
from tests.checklist_data import item_of, open_small_release, publish

pytestmark = pytest.mark.django_db


def large_tree(items: int) -> ChecklistTree:
    """Ten sections with a group each."""
    sections = tuple(
        Section(
            f"s{s}",
            f"Section {s}",
            groups=(
                Group(
                    f"s{s}/g",
                    "Group",
                    items=tuple(Item(f"s{s}/g/i{i}", f"Do number {i}") for i in range(items // 10)),
                ),
            ),
        )
        for s in range(10)
    )
    return ChecklistTree(title=f"Large {items}", sections=sections, rules=())


@pytest.fixture
def caller(calls, priya):
    caller = calls(priya)
    caller.get("/openapi.json")
    return caller


def queries(ask: Callable, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert ask(path).status_code == 200
    return len(captured)


def opened(cast, items: int) -> Release:
    return open_small_release(cast, f"1.{items}", publish(large_tree(items), f"large-{items}"))


def test_the_list_of_items_costs_the_same_for_ten_items_and_for_many(caller, cast):
    for items in (10, 160, 400):
        release = opened(cast, items)
        caller.get(f"/releases/{release.pk}")
        current._followed.clear()
        path = f"/releases/{release.pk}/items?limit=200"
        cold, warm = queries(caller.get, path), queries(caller.get, path)
        assert (cold, warm) == (6, 4)


def test_a_tick_costs_the_same_for_ten_items_and_for_many(caller, cast):
    costs = set()
    for items in (10, 160):
        release = opened(cast, items)
        caller.get(f"/releases/{release.pk}")
        path = f"/items/{item_of(release, 's0/g/i0').pk}/tick"
        costs.add(queries(caller.post, path))
    assert len(costs) == 1
    assert costs.pop() <= 16


def test_the_list_of_releases_costs_the_same_for_one_and_for_many(caller, cast):
    template = publish(large_tree(10), "large-10")
    open_small_release(cast, "1", template)
    caller.get("/projects/payments/releases")
    one = queries(caller.get, "/projects/payments/releases")
    for number in range(2, 8):
        open_small_release(cast, str(number), template)
    assert queries(caller.get, "/projects/payments/releases") == one <= 6
