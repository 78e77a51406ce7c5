"""JSON and YAML that other tools wrote: what a person sees in them, and a report of the rest."""

from __future__ import annotations

import json

import pytest

from checklists.errors import Invalid
from checklists.formats.data import read_json, read_yaml, write_json, write_yaml
from checklists.formats.tree import ChecklistTree, Filled, LineKind

FOREIGN = """\
# from our wiki
Before:
  - Check DNS   # with dig
  - no
  - 1.10
  - title: Load test (if needed)
    done: yes
    owner: SRE Team
    due: 2026-01-01
    id: 12
    rationale: because we said so
    why us: nobody else would
After the release:
  Servers:
    Check A: true
    Check B:
    Check C: see the docs
"""


def outline(tree: ChecklistTree) -> list[str]:
    found = []
    for section in tree.sections:
        found.append(f"# {section.title}")
        for group in section.groups:
            found += [f"## {group.title}"] if group.title else []
            found += [f"{'>' if item.parent else '-'} {item.title}" for item in group.items]
    return found


def kinds(result) -> str:
    letters = {LineKind.SECTION: "S", LineKind.GROUP: "G", LineKind.SETTING: "="}
    return "".join(letters.get(line.kind, str(line.kind)[0]) for line in result.lines)


def test_names_are_headings_and_every_text_stays_what_it_is():
    result = read_yaml(FOREIGN)
    assert outline(result.tree) == [
        *("# Before", "- Check DNS", "- no", "- 1.10", "- Load test"),
        *("# After the release", "## Servers", "- Check A", "- Check B", "- Check C"),
    ]
    load = list(result.tree.items())[3]
    assert (load.condition, load.na_allowed, load.owner_role) == ("if needed", True, "sre-team")
    assert load.guidance == "due: 2026-01-01\n\nbecause we said so\n\nwhy us: nobody else would"
    assert [item.stage for item in result.tree.items()] == ["deploy"] * 4 + ["close"] * 3


def test_every_line_says_what_it_became():
    assert kinds(read_yaml(FOREIGN)) == "iSiiii==giggSGiii"


def test_every_line_that_was_not_understood_is_reported_with_its_number():
    assert [(found.line, found.text) for found in read_yaml(FOREIGN).ignored] == [
        (1, "# from our wiki"),
        (3, "- Check DNS   # with dig"),
        (9, "due: 2026-01-01"),
        (10, "id: 12"),
        (12, "why us: nobody else would"),
    ]


def test_what_is_done_becomes_an_answer():
    assert read_yaml(FOREIGN).answers == (
        Filled("before/general/load-test", "done", 7),
        Filled("after-the-release/servers/check-a", "done", 15),
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (["a", "b"], ["# ", "- a", "- b"]),
        ([{"name": "a", "checked": True}, {"text": "b"}], ["# ", "- a", "- b"]),
        (
            {"tasks": [{"title": "a", "subtasks": ["b", {"title": "c"}]}]},
            ["# ", "- a", "> b", "> c"],
        ),
        ({"S": {"G": ["a"], "H": ["b"]}}, ["# S", "## G", "- a", "## H", "- b"]),
        ({"checklists": [{"name": "S", "items": ["a"]}]}, ["# S", "- a"]),
        ([{"S": ["a"]}, {"T": ["b"]}], ["# S", "- a", "# T", "- b"]),
        ({"S": {"a": {"done": True, "notes": "n"}, "b": {"owner": "qa"}}}, ["# S", "- a", "- b"]),
        ({"title": "T", "labels": [{"name": "x"}], "items": ["a"]}, ["# ", "- a"]),
        ({"sections": [{"title": "S"}, {"title": "T", "items": ["a"]}]}, ["# S", "# T", "- a"]),
        ("only", ["# ", "- only"]),
    ],
)
def test_shapes_are_read_as_people_see_them(source, expected):
    assert outline(read_json(json.dumps(source, indent=1)).tree) == expected
    assert outline(read_yaml(json.dumps(source)).tree) == expected


def test_a_line_can_be_something_else():
    said = {
        10: LineKind.GUIDANCE,
        4: LineKind.SECTION,
        5: LineKind.IGNORED,
        14: LineKind.IGNORED,
        12: LineKind.ITEM,
    }
    result = read_yaml(FOREIGN, said)
    assert outline(result.tree) == [
        *("# Before", "- Check DNS", "# no", "- Load test", "- nobody else would"),
        *("# After the release", "- Check A", "- Check B", "- Check C"),
    ]
    assert "id: 12" in list(result.tree.items())[1].guidance
    assert {found.line for found in result.ignored} == {1, 3, 5, 9, 14}


def test_a_board_is_read_list_by_list():
    board = {
        "name": "Launch",
        "labels": [{"name": "urgent"}],
        "cards": [
            {"id": "c2", "name": "TLS", "idList": "l1", "pos": 2},
            {
                "id": "c1",
                "name": "DNS",
                "desc": "dig",
                "idList": "l1",
                "pos": 1,
                "dueComplete": True,
            },
            {"id": "c3", "name": "Old", "idList": "l1", "closed": True},
        ],
        "lists": [{"id": "l1", "name": "Before", "pos": 2}, {"id": "l2", "name": "Idea", "pos": 1}],
        "checklists": [
            {"idCard": "c2", "checkItems": [{"name": "Renew", "state": "complete"}]},
        ],
    }
    result = read_json(json.dumps(board, indent=1))
    assert outline(result.tree) == ["# Idea", "# Before", "- DNS", "## TLS", "- Renew"]
    assert [filled.key for filled in result.answers] == [
        "before/general/dns",
        "before/tls/renew",
    ]
    assert any("archived" in found.why for found in result.ignored)


def test_an_issue_form_asks_for_its_boxes():
    form = """\
name: Release
description: Ship it
body:
  - type: markdown
    attributes: {value: Thanks!}
  - type: checkboxes
    attributes:
      label: Before
      options:
        - label: Check DNS
          required: true
        - label: Check TLS
          required: false
  - type: textarea
    attributes: {label: Rollback plan}
"""
    result = read_yaml(form)
    assert (result.tree.title, result.tree.intro) == ("Release", "Ship it\n\nThanks!")
    assert outline(result.tree) == ["# Before", "- Check DNS", "- Check TLS", "- Rollback plan"]
    assert [item.requirement for item in result.tree.items()] == ["must", "may", "must"]
    assert result.ignored == ()


def test_several_documents_are_one_checklist():
    result = read_yaml("title: T\nitems: [a]\n---\ntitle: U\nitems: [b]\n")
    assert result.tree.title == "T"
    assert outline(result.tree) == ["# ", "- a", "# U", "- b"]


def test_an_anchor_is_what_it_stands_for():
    assert outline(read_yaml("A: &x [a, b]\nB: *x\n").tree) == [
        *("# A", "- a", "- b", "# B", "- a", "- b")
    ]


@pytest.mark.parametrize(
    ("read", "write", "title", "wrong"),
    [
        (read_json, write_json, '"title"', '"colour": "x",\n  "title"'),
        (read_yaml, write_yaml, "title:", "colour: x\ntitle:"),
    ],
)
def test_our_own_file_is_read_exactly(read, write, title, wrong, production):
    text = write(production.tree).replace(title, wrong, 1)
    line = 4 if read is read_json else 3
    with pytest.raises(Invalid, match=f"Line {line}: colour is not known") as caught:
        read(text)
    assert caught.value.details["line"] == line


def test_a_newer_format_is_refused_in_words(production):
    text = write_json(production.tree).replace('"version": 1', '"version": 2')
    with pytest.raises(Invalid, match="newer than 1") as caught:
        read_json(text)
    assert caught.value.code == "newer_format"


def test_yaml_is_nice_to_read(production):
    lines = write_yaml(production.tree).split("\n")
    assert lines[:4] == [
        "format: readiness-checklist",
        "version: 1",
        "title: Production Checklist",
        "intro: |2-",
    ]
    assert "          - title: Configure auto-scaling" in lines
