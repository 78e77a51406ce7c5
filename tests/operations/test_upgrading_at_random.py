"""Random checklists, random work on them, random next versions: the preview is what happens, and
the log says the same as the tables."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.formats.tree import ChecklistTree, Group, Item, Section, SignoffRule
from checklists.models import Evidence, Release
from checklists.operations import evidence, items, one_off, planning, waivers
from checklists.operations.upgrading import preview_of, upgrade_checklist
from tests.checklist_data import open_small_release, publish
from tests.overlay_data import add_version

pytestmark = pytest.mark.django_db

REASON = "Because the test needs a reason of some length."
ROUNDS = 3


def random_tree(chance: random.Random, title: str = "Any") -> ChecklistTree:
    """A checklist out of a small stock of keys, so that two of them share many items."""
    sections = []
    used: set[str] = set()
    for s in chance.sample("abc", chance.randint(1, 3)):
        groups = []
        for g in chance.sample("xyz", chance.randint(1, 2)):
            group = tuple(filter(None, (_item(chance, s, g, used) for _ in range(4))))
            groups.append(Group(f"{s}/{g}", f"Group {g}", items=group))
        sections.append(Section(s, f"Section {s}", groups=tuple(groups)))
    sure = Item("a/x/sure", "Surely there")
    group = Group("sure/sure", "Sure", items=(sure,))
    sections.append(Section("sure", "Sure", groups=(group,)))
    rules = (SignoffRule("security", 1, ("sure",)),) if chance.random() < 0.5 else ()
    return ChecklistTree(title, sections=tuple(sections), rules=rules)


def _item(chance: random.Random, section: str, group: str, used: set[str]) -> Item | None:
    # Keys name no place, so an item turns up in one section and then in another.
    key = f"k/k/{chance.randint(1, 20)}"
    if key in used:
        return None
    used.add(key)
    evidence_required = chance.random() < 0.2
    return Item(
        key,
        f"Item {key}",
        guidance=chance.choice(["", "", "", "More."]),
        stage=chance.choice(["deploy", "deploy", "deploy", "close"]),
        requirement=chance.choice(["must", "must", "must", "should"]),
        na_allowed=chance.random() < 0.9,
        evidence_required=evidence_required,
        due=chance.choice(["", "T-2d", "T+4h"]),
        owner_role=chance.choice(["", "security", "nobody"]),
        valid_for=chance.choice(["", "", "", "90d"]),
    )


def work_on(release: Release, cast, chance: random.Random) -> None:
    """A little of everything that people do."""
    priya, marta = Actor.of_person(cast.priya), Actor.of_person(cast.marta)
    checklist = release.checklists.get()
    tree = checklist.template_version.tree
    for section in tree.sections:
        if chance.random() < 0.3:
            group = section.groups[0].key
            one_off.add_item(checklist, actor=marta, group=group, title="Just this once")
    for item in release.items.filter(removed_at=None).select_related("release"):
        match chance.randint(1, 7):
            case 1 | 2:
                items.tick_item(item, actor=priya)
            case 3 if item.na_allowed:
                items.mark_not_applicable(item, actor=priya, reason=REASON)
            case 4 if item.answer != "not_applicable":
                planning.assign_item(item, actor=priya, to=cast.priya)
                planning.set_item_due(item, actor=priya, due="T-1d")
            case 5 if not item.waivers.filter(status="requested").exists():
                if item.answer == "open":
                    end = timezone.now() + timedelta(days=chance.randint(1, 9))
                    waivers.request_waiver(item, actor=priya, reason=REASON, expires_at=end)
            case 6:
                evidence.attach_evidence(
                    item, actor=priya, kind=Evidence.Kind.TEXT, content="Seen."
                )


@pytest.mark.parametrize("seed", range(12))
def test_the_preview_is_what_happens(cast, seed):
    chance = random.Random(seed)
    template = publish(random_tree(chance), published_by=cast.marta)
    release = open_small_release(cast, template=template)
    if chance.random() < 0.7:
        overlay = replace(random_tree(chance, "Over"), extends="small")
        publish(overlay, slug="over")
    for _ in range(ROUNDS):
        work_on(release, cast, chance)
        assert verify_release(release).is_clean
        add_version(template, random_tree(chance))
        release = Release.objects.select_related("project", "chain").get(pk=release.pk)
        before = {item.id: item for item in current_state(release).items}
        checklist = release.checklists.get()
        newest = template.newest_published()
        shown = preview_of(release, current_state(release), checklist, newest)
        upgrade_checklist(
            checklist, newest, actor=Actor.of_person(cast.marta), expected=shown.digest
        )
        _as_shown(shown, before, release)
        report = verify_release(release)
        assert report.findings == []


def _as_shown(shown, before, release) -> None:
    """Every item is what the preview said, and no answer moved that was not named."""
    state = current_state(release)
    after = {item.id: item for item in state.items}
    steps = shown.steps
    assert before.keys() - after.keys() == {step.id for step in steps.removed}
    assert len(after.keys() - before.keys()) == len(steps.added)
    said = [step.plan.key for step in steps.added if step.plan]
    assert {after[pk].key for pk in after.keys() - before.keys()} == set(said)
    for step in steps.kept:
        then, now = before[step.id], after[step.id]
        assert (now.answer, now.answered_by, now.answered_at, now.reason, now.decided_seq) == (
            then.answer,
            then.answered_by,
            then.answered_at,
            then.reason,
            then.decided_seq,
        )
        assert (now.waivers, now.evidence, now.assignee) == (
            then.waivers,
            then.evidence,
            then.assignee,
        )
    for step in steps.changed:
        now = after[step.id]
        assert (now.answer, now.waiver, now.decided_seq) == ("open", None, state.seq)
        assert now.evidence == before[step.id].evidence
    for pk in after.keys() - before.keys():
        assert (after[pk].answer, after[pk].waiver, after[pk].probe) == ("open", None, None)
    planned = [item.key for item in shown.new.items()]
    assert [item.key for item in state.items if item.added_by is None] == planned
