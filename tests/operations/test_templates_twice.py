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
from checklists.operations import (
    template_editing,
    template_moving,
    template_new,
    template_overlays,
    templates,
)
from tests.checklist_data import publish, tiny_tree
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db

TEXT = """# Small

## Ops

- [ ] Configure DNS
- [ ] Set up TLS
  - [ ] Renew the certificate
"""
DNS, TLS, RENEW = (
    f"ops/general/{name}" for name in ("configure-dns", "set-up-tls", "renew-the-certificate")
)
PROBE: dict[str, Any] = {"kind": "tls", "params": {"host": "x.example"}, "conditions": []}
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
    "set_overlay": Case(
        lambda draft, actor: template_overlays.set_overlay(draft, actor=actor, extends="other")
    ),
    "discard_draft": Case(lambda draft, actor: templates.discard_draft(draft, actor=actor)),
    "start_draft": Case(
        lambda version, actor: templates.start_draft(version.template, actor=actor),
        published=True,
    ),
    "create_template": Case(
        lambda _, actor: template_new.create_template(
            "Another", section="Before", item="It runs", actor=actor
        ),
        None,
    ),
    "duplicate_template": Case(
        lambda version, actor: template_new.duplicate_template(version, "Another", actor=actor)
    ),
}


def edit(call: Callable[..., object], *args: object, **kwargs: Any) -> Case:
    """An edit of the draft as it is."""
    return Case(
        lambda draft, actor: call(draft, *args, actor=actor, expected_digest=draft.digest, **kwargs)
    )


CASES |= {
    "add_section": edit(template_editing.add_section, DNS, "After"),
    "add_group": edit(template_editing.add_group, DNS, "Web"),
    "add_item": edit(template_editing.add_item, DNS, "Something typed"),
    "split_item": edit(template_editing.split_item, DNS, "Configure", "then test DNS"),
    "rename_part": edit(template_editing.rename_part, "ops", "Operations"),
    "change_item": edit(template_editing.change_item, DNS, {"requirement": "should"}),
    "change_heading": edit(
        template_editing.change_heading, "ops", title="Ops", guidance="Something typed"
    ),
    "change_checklist": edit(template_editing.change_checklist, title="Other", intro="Typed"),
    "suggest_probe": edit(template_editing.suggest_probe, TLS, interval_s=3600, **PROBE),
    "drop_probe": Case(lambda draft, actor: dropped(draft, actor)),
    "delete_part": edit(template_editing.delete_part, TLS),
    "undo_edit": Case(lambda draft, actor: undone(draft, actor)),
    "move_up": edit(template_moving.move_up, TLS),
    "move_down": edit(template_moving.move_down, DNS),
    "move_beside": edit(template_moving.move_beside, RENEW, DNS, after=True),
    "indent_item": edit(template_moving.indent_item, TLS),
    "outdent_item": edit(template_moving.outdent_item, RENEW),
}
MODULES = (template_overlays, templates, template_editing, template_moving, template_new)


def dropped(draft: Any, actor: Actor) -> None:
    """A probe is suggested, and then not any more."""
    spec = {**PROBE, "interval_s": 60}
    draft, _ = template_editing.suggest_probe(
        draft, TLS, actor=actor, expected_digest=draft.digest, **spec
    )
    template_editing.drop_probe(draft, TLS, actor=actor, expected_digest=draft.digest)


def undone(draft: Any, actor: Actor) -> None:
    """Two edits, of which the second is undone."""
    for title in ("One", "Two"):
        draft, _ = template_editing.add_item(
            draft, DNS, title, actor=actor, expected_digest=draft.digest
        )
    template_editing.undo_edit(draft, actor=actor, expected_digest=draft.digest)


REFUSED = ("priya", "sam", "ada", "vic", "dana", "root")
ALLOWED = ("marta", "olga", "mallory")


def prepared(case: Case):
    publish(tiny_tree(), slug="other")
    if case.published is None:
        return None
    return templates.import_template(TEXT, actor=SYSTEM, publish=case.published)


def test_every_operation_has_its_case():
    found = {
        name
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
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
