"""The canonical text and its digest: fixed bytes, and strict about what comes in."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from checklists.errors import Invalid
from checklists.formats.content import digest, from_content, to_content
from checklists.formats.tree import (
    ChecklistTree,
    Group,
    Item,
    RelatedDocument,
    Section,
    SignoffRule,
)
from tests.formats.strategies import trees
from tests.fuzzing import examples

TINY = ChecklistTree(
    title="Tiny",
    sections=(
        Section(
            "ops",
            "Ops",
            groups=(Group("ops/web", "Web", items=(Item("ops/web/grösse", "Größe", due="T-2d"),)),),
        ),
    ),
    related=(RelatedDocument("Runbook", "runbook.md"),),
    rules=(SignoffRule("security", 1, ("ops",)),),
)
TINY_CONTENT = (
    '{"intro":"","related":[{"note":"","title":"Runbook","url":"runbook.md"}],'
    '"rules":[{"count":1,"role":"security","sections":["ops"],"stage":"deploy"}],'
    '"sections":[{"groups":[{"guidance":"","items":[{"condition":"","due":"T-2d",'
    '"evidence_required":false,"guidance":"","key":"ops/web/grösse","na_allowed":false,'
    '"owner_role":"","parent":"","requirement":"must","stage":"deploy","title":"Größe"}],'
    '"key":"ops/web","title":"Web"}],"guidance":"","key":"ops","title":"Ops"}],"title":"Tiny"}'
)
TINY_DIGEST = "37e7077732bebbe401fbe545dd0b98da7f4eadb54a7f111a0a9f63d706424ddf"


def test_the_content_of_a_tiny_checklist_byte_by_byte():
    assert to_content(TINY) == TINY_CONTENT


def test_the_digest_of_a_tiny_checklist():
    assert digest(TINY) == TINY_DIGEST
    tagged = b"readiness-template-v1\n" + TINY_CONTENT.encode()
    assert hashlib.sha256(tagged).hexdigest() == TINY_DIGEST


@settings(deadline=None, max_examples=examples(50))
@given(trees())
def test_a_checklist_survives_its_content(tree):
    assert from_content(to_content(tree)) == tree


def test_every_field_is_covered_by_the_digest():
    item = next(TINY.items())
    changes = [
        {"title": "x"},
        {"guidance": "x"},
        {"key": "ops/web/x"},
        {"stage": "close"},
        {"requirement": "may"},
        {"na_allowed": True},
        {"condition": "if needed"},
        {"evidence_required": True},
        {"due": ""},
        {"owner_role": "sre"},
    ]
    variants = [with_item(replace(item, **change)) for change in changes]
    variants += [
        replace(TINY, title="x"),
        replace(TINY, intro="x"),
        replace(TINY, rules=()),
        replace(TINY, related=()),
        replace(TINY, sections=(replace(TINY.sections[0], guidance="x"),)),
    ]
    assert len({digest(tree) for tree in (TINY, *variants)}) == len(variants) + 1


def with_item(item: Item) -> ChecklistTree:
    section = TINY.sections[0]
    group = replace(section.groups[0], items=(item,))
    return replace(TINY, sections=(replace(section, groups=(group,)),))


def changed(*path: str | int, to: object) -> str:
    data = copy.deepcopy(json.loads(TINY_CONTENT))
    place = data
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(data)


ITEM = ("sections", 0, "groups", 0, "items", 0)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (changed("title", to=1), "title"),
        (changed("title", to=...), "title"),
        (changed("title", to="two\nlines"), "title"),
        (changed("title", to=" space"), "title"),
        (changed("title", to="x" * 501), "title"),
        (changed("surprise", to=1), "surprise"),
        (changed("sections", to={}), "sections"),
        (changed("sections", to=[]), "rules[0].sections"),
        (changed("sections", 0, to=[]), "sections[0]"),
        (changed("sections", 0, "key", to="Ops"), "sections[0].key"),
        (changed("sections", 0, "title", to=""), "sections[0].key"),
        (changed(*ITEM, "key", to="ops/web"), "sections[0].groups[0].items[0].key"),
        (changed(*ITEM, "title", to=""), "sections[0].groups[0].items[0].title"),
        (changed(*ITEM, "title", to="\u0000"), "sections[0].groups[0].items[0].title"),
        (changed(*ITEM, "title", to="\ud800"), "sections[0].groups[0].items[0].title"),
        (changed(*ITEM, "guidance", to="\u0007"), "sections[0].groups[0].items[0].guidance"),
        (changed(*ITEM, "guidance", to="\n"), "sections[0].groups[0].items[0].guidance"),
        (changed(*ITEM, "guidance", to="x" * 20_001), "sections[0].groups[0].items[0].guidance"),
        (changed(*ITEM, "stage", to="later"), "sections[0].groups[0].items[0].stage"),
        (changed(*ITEM, "requirement", to="shall"), "sections[0].groups[0].items[0].requirement"),
        (changed(*ITEM, "na_allowed", to=1), "sections[0].groups[0].items[0].na_allowed"),
        (changed(*ITEM, "condition", to="maybe"), "sections[0].groups[0].items[0].condition"),
        (changed(*ITEM, "due", to="tomorrow"), "sections[0].groups[0].items[0].due"),
        (changed(*ITEM, "owner_role", to="The SRE"), "sections[0].groups[0].items[0].owner_role"),
        (changed(*ITEM, "parent", to="ops/web/no"), "sections[0].groups[0].items[0].parent"),
        (changed("related", 0, "url", to="javascript:alert(1)"), "related[0].url"),
        (changed("related", 0, "url", to="java\tscript:alert(1)"), "related[0].url"),
        (changed("related", 0, "url", to=""), "related[0].url"),
        (changed("rules", 0, "count", to=0), "rules[0].count"),
        (changed("rules", 0, "count", to=True), "rules[0].count"),
        (changed("rules", 0, "count", to=1.5), "rules[0].count"),
        (changed("rules", 0, "role", to="Head of Security"), "rules[0].role"),
        (changed("rules", 0, "sections", to=["no"]), "rules[0].sections"),
        (changed("rules", 0, "sections", to=["ops", "ops"]), "rules[0].sections"),
        (changed("rules", 0, "sections", to=[1]), "rules[0].sections[0]"),
        (changed("rules", 0, "stage", to="never"), "rules[0].stage"),
    ],
)
def test_a_wrong_field_is_named(text, field):
    with pytest.raises(Invalid) as caught:
        from_content(text)
    assert caught.value.details["field"] == field
    assert field in caught.value.message or caught.value.code == "no_items"


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[" * 100_000, '{"title":NaN}', '{"title":"a","title":"b"}', "1" * 5000],
)
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(Invalid):
        from_content(text)


def test_a_key_may_not_occur_twice():
    section = TINY.sections[0]
    with pytest.raises(Invalid, match="hold the key 'ops' twice"):
        to_content(replace(TINY, sections=(section, section)))


def test_a_role_signs_a_stage_by_one_rule():
    rule = TINY.rules[0]
    with pytest.raises(Invalid, match="a second rule for security"):
        to_content(replace(TINY, rules=(rule, replace(rule, count=2))))


def test_a_nested_item_follows_its_parent():
    first, other, nested = (Item(f"ops/web/{name}", name) for name in "abc")
    nested = replace(nested, parent=first.key)
    group = Group("ops/web", "Web", items=(first, other, nested))
    with pytest.raises(Invalid) as caught:
        to_content(ChecklistTree("t", sections=(Section("ops", "Ops", groups=(group,)),)))
    assert caught.value.details["field"] == "sections[0].groups[0].items[2].parent"
