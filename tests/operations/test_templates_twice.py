"""Every operation on templates, twice: refused leaves nothing, and without its event the change is
lost. What it writes is in the log as the tables hold it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from checklists.actors import Actor, Via
from checklists.errors import NotAllowed
from checklists.formats.markdown import read_markdown
from checklists.formats.tree import SignoffRule
from checklists.operations import templates
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db

TEXT = "# Small\n\n## Ops\n\n- [ ] Configure DNS\n"
SYSTEM = Actor.of_system(Via.COMMAND)


@dataclass(frozen=True)
class Case:
    """How an operation is called; `published`: on a published version, else on a draft."""

    call: Callable[[Any, Actor], object]
    published: bool | None = False


CASES = {
    "import_template": Case(
        lambda _, actor: templates.import_template(TEXT, actor=actor, publish=True), None
    ),
    "import_tree": Case(
        lambda _, actor: templates.import_tree(read_markdown(TEXT).tree, actor=actor), None
    ),
    "publish_version": Case(lambda draft, actor: templates.publish_version(draft, actor=actor)),
    "set_rules": Case(
        lambda draft, actor: templates.set_rules(draft, [SignoffRule("sre")], actor=actor)
    ),
    "discard_draft": Case(lambda draft, actor: templates.discard_draft(draft, actor=actor)),
    "start_draft": Case(
        lambda version, actor: templates.start_draft(version.template, actor=actor),
        published=True,
    ),
}
REFUSED = ("priya", "sam", "ada", "vic", "dana", "root")
ALLOWED = ("marta", "olga", "mallory")


def prepared(case: Case):
    if case.published is None:
        return None
    return templates.import_template(TEXT, actor=SYSTEM, publish=case.published)


def test_every_operation_has_its_case():
    found = {
        name
        for name, function in inspect.getmembers(templates, inspect.isfunction)
        if function.__module__ == templates.__name__ and not name.startswith("_")
    }
    assert found == CASES.keys()


@pytest.mark.parametrize("who", REFUSED)
@pytest.mark.parametrize("name", CASES)
def test_a_refused_operation_leaves_nothing(name, who, cast):
    version = prepared(CASES[name])
    with changes_nothing(NotAllowed):
        CASES[name].call(version, Actor.of_person(getattr(cast, who)))


@pytest.mark.parametrize("who", ALLOWED)
@pytest.mark.parametrize("name", CASES)
def test_managers_and_owners_of_any_project_may(name, who, cast):
    version = prepared(CASES[name])
    before = everything()
    CASES[name].call(version, Actor.of_person(getattr(cast, who)))
    assert everything() != before


@pytest.mark.parametrize("name", CASES)
def test_the_change_is_lost_if_its_event_cannot_be_written(name, cast, log_fails):
    version = prepared(CASES[name])
    log_fails()
    with changes_nothing(OSError):
        CASES[name].call(version, Actor.of_person(cast.marta))


@pytest.mark.parametrize("name", CASES)
def test_what_an_operation_writes_is_in_the_log_as_the_tables_hold_it(name, cast, logged_images):
    version = prepared(CASES[name])
    before = everything()
    CASES[name].call(version, Actor.of_person(cast.marta))
    after = everything()
    images = logged_images()
    for table in ("Template", "TemplateVersion"):
        was = {row["id"]: row for row in before[table]}
        now = {row["id"]: row for row in after[table]}
        for pk in was.keys() | now.keys():
            if was.get(pk) != now.get(pk):
                assert images[table.lower(), pk] == now.get(pk), (table, pk)
