"""Overlays: merging asks for more and never for less, whatever is merged into whatever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from checklists.formats.merging_rules import sections_covered, sections_of_stage
from checklists.formats.overlays import merged
from checklists.formats.provenance import Origin, provenance
from checklists.formats.stricter import added_prose, asks_less, earlier_due, shorter
from checklists.formats.tree import (
    EVIDENCE_KINDS,
    GUIDANCE_MAX,
    REQUIREMENTS,
    STAGES,
    ChecklistTree,
    Group,
    Item,
    RelatedDocument,
    Section,
    SignoffRule,
)
from checklists.formats.validate import check_tree
from tests.checklist_data import small_tree
from tests.formats.strategies import trees
from tests.fuzzing import examples

# Shrinking a pair of whole checklists takes longer than reading it.
MANY = settings(max_examples=examples(60), deadline=None, phases=set(Phase) - {Phase.shrink})


@st.composite
def overlaid(draw: st.DrawFn) -> tuple[ChecklistTree, list[ChecklistTree]]:
    """A checklist with overlays, some of which share most of its items in other places."""
    base = draw(trees())
    others = st.one_of(trees(), _about(base))
    return base, draw(st.lists(others, min_size=1, max_size=3))


@st.composite
def _about(draw: st.DrawFn, base: ChecklistTree) -> ChecklistTree:
    """An overlay with items of the base in sections of its own and in the base's."""
    picked = draw(st.lists(st.sampled_from(list(base.items())), unique_by=lambda i: i.key))
    named = draw(st.sampled_from([*(s.key for s in base.sections), "extra"]))
    items = tuple(
        replace(
            item,
            parent="",
            stage=draw(st.sampled_from(STAGES)),
            requirement=draw(st.sampled_from(REQUIREMENTS)),
            na_allowed=draw(st.booleans()),
            due=draw(st.sampled_from(["", "T", "T-2d", "T-47h", "T+1w"])),
            valid_for=draw(st.sampled_from(["", "24h", "1d", "2d", "1w"])),
        )
        for item in picked
    )
    new = Item(f"{named}/more/look-twice", "Look twice")
    nested = Item(f"{named}/more/look-thrice", "Look thrice", parent=new.key)
    group = Group(f"{named}/more", "More", "Once more.", (*items, new, nested))
    rules = draw(st.sampled_from([(), (named,)]))
    return ChecklistTree(
        draw(st.sampled_from(["", "Overlay"])),
        sections=(Section(named, "Named", "Told so.", (group,)),),
        rules=(SignoffRule("sre", draw(st.integers(1, 9)), rules, draw(st.sampled_from(STAGES))),),
    )


@given(overlaid())
@MANY
def test_merging_asks_for_no_less_than_any_of_them(contents):
    base, overlays = contents
    tree = merged(base, overlays)
    items = {item.key: item for item in tree.items()}
    for source in (base, *overlays):
        for item in source.items():
            assert asks_less(items[item.key], item) == ()
        for rule in source.rules:
            (found,) = [r for r in tree.rules if (r.role, r.stage) == (rule.role, rule.stage)]
            assert found.count >= rule.count
            covered = set(sections_covered(tree, found))
            where = {item.key: s.key for s in tree.sections for item in s.items()}
            for section in source.sections:
                if section.key in sections_covered(source, rule):
                    assert {where[item.key] for item in section.items()} <= covered
            if not rule.sections:
                assert set(sections_of_stage(tree, rule.stage)) <= covered


@given(overlaid())
@MANY
def test_what_is_merged_is_a_checklist(contents):
    base, overlays = contents
    tree = merged(base, overlays)
    check_tree(tree)
    wanted = {item.key for source in (base, *overlays) for item in source.items()}
    assert {item.key for item in tree.items()} == wanted


@given(overlaid())
@MANY
def test_the_order_and_the_titles_are_those_of_the_checklist(contents):
    base, overlays = contents
    tree = merged(base, overlays)
    known = {item.key for item in base.items()}
    kept = [item for item in tree.items() if item.key in known]
    assert [(i.key, i.title, i.parent) for i in kept] == [
        (i.key, i.title, i.parent) for i in base.items()
    ]
    here = [s.key for s in base.sections]
    assert [s.key for s in tree.sections][: len(here)] == here
    assert tree.title == base.title
    assert (tree.extends, tree.projects) == (base.extends, base.projects)


@given(overlaid())
@MANY
def test_merging_again_changes_nothing(contents):
    base, overlays = contents
    assert merged(base, [*overlays, overlays[-1]]) == merged(base, overlays)
    once = merged(base, overlays[:1])
    assert merged(once, overlays[:1]) == once


@given(overlaid())
@MANY
def test_everything_comes_from_somewhere(contents):
    base, overlays = contents
    tree = merged(base, overlays)
    found = provenance(base, overlays)
    assert found.items.keys() == {item.key for item in tree.items()}
    assert found.rules.keys() == {(rule.role, rule.stage) for rule in tree.rules}
    for key, origins in found.items.items():
        sources = [source for source, tree in enumerate((base, *overlays)) if _has(tree, key)]
        assert origins[0] == Origin(sources[0])
        assert {origin.source for origin in origins} <= set(sources)


def _has(tree: ChecklistTree, key: str) -> bool:
    return any(item.key == key for item in tree.items())


def test_no_overlay_leaves_the_checklist_as_it_is():
    tree = small_tree()
    assert merged(tree, []) is tree


def _one(**values) -> ChecklistTree:
    item = Item("ops/net/dns", "DNS", **values)
    group = Group("ops/net", "Net", items=(item,))
    return ChecklistTree("Base", sections=(Section("ops", "Ops", groups=(group,)),))


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_of_two_kinds_of_evidence_the_one_that_proves_more_is_asked(kind):
    base = _one(evidence_required=True, evidence_kind="link")
    overlay = _one(evidence_required=True, evidence_kind=kind)
    (item,) = merged(base, [overlay]).items()
    assert item.evidence_kind == ("file" if kind == "file" else "link")


def test_a_condition_goes_with_the_right_to_say_not_applicable():
    base = _one(na_allowed=True, condition="if needed")
    (item,) = merged(base, [_one()]).items()
    assert (item.na_allowed, item.condition) == (False, "")


def test_guidance_is_added_below_the_overlays_title():
    overlay = replace(_one(guidance="Ask legal."), title="EU")
    (item,) = merged(_one(guidance="Look."), [overlay]).items()
    assert item.guidance == "Look.\n\n**EU**\n\nAsk legal."


def test_guidance_that_does_not_fit_is_cut_off_once():
    text, more = "a" * (GUIDANCE_MAX - 30), "b" * 100
    once = added_prose(text, more, "EU")
    assert len(once) == GUIDANCE_MAX
    assert once.endswith("b…")
    assert added_prose(once, more, "EU") == once


@pytest.mark.parametrize(
    ("one", "other", "earlier"),
    [
        ("T-2d", "T-47h", "T-2d"),
        ("T-48h", "T-2d", "T-48h"),
        ("T+1h", "T", "T"),
        ("", "T+2w", "T+2w"),
        ("T", "", "T"),
    ],
)
def test_the_earlier_due_date_counts(one, other, earlier):
    assert earlier_due(one, other) == earlier


@pytest.mark.parametrize(
    ("one", "other", "wanted"), [("90d", "12w", "12w"), ("24h", "1d", "24h"), ("", "1d", "1d")]
)
def test_the_shorter_validity_counts(one, other, wanted):
    assert shorter(one, other) == wanted


def test_documents_are_listed_once():
    base = replace(_one(), related=(RelatedDocument("A", "a.md", "ours"),))
    overlay = replace(_one(), related=(RelatedDocument("B", "a.md"), RelatedDocument("C", "c.md")))
    assert merged(base, [overlay]).related == (
        RelatedDocument("A", "a.md", "ours"),
        RelatedDocument("C", "c.md"),
    )


def test_it_is_said_which_overlay_asks_for_what():
    base = replace(_one(requirement="should", na_allowed=True), rules=(SignoffRule("qa"),))
    eu, production = _one(na_allowed=True), _one(evidence_required=True, na_allowed=True)
    production = replace(production, rules=(SignoffRule("qa", 2), SignoffRule("sre")))
    found = provenance(base, [eu, production])
    assert found.items == {
        "ops/net/dns": (
            Origin(0),
            Origin(1, ("requirement",)),
            Origin(2, ("evidence_required",)),
        )
    }
    assert found.rules == {
        ("qa", "deploy"): (Origin(0), Origin(2, ("count",))),
        ("sre", "deploy"): (Origin(2),),
    }
