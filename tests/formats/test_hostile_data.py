"""JSON, YAML and CSV that mean harm: refused in words, with the line, and soon."""

from __future__ import annotations

import time

import pytest

from checklists.errors import Invalid
from checklists.formats import FORMATS, format_named
from checklists.formats.data import read_json, read_yaml, write_json, write_yaml
from checklists.formats.source import MAX_BYTES, MAX_LINES
from checklists.formats.table import read_csv, write_csv
from checklists.formats.tree import ChecklistTree, Group, Item, Section

LAUGHS = "a0: &a0 [lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("read", "text", "code", "line"),
    [
        (read_json, "[" * 100_000, "too_deep", 1),
        (read_json, '{"a":' * 20_000, "too_deep", 1),
        (read_yaml, "[" * 100_000, "too_deep", 1),
        (read_yaml, "- " * 50_000, "too_deep", 1),
        (read_yaml, LAUGHS, "too_complex", None),
        (read_yaml, "a: &a [*a]\n", "bad_alias", 1),
        (read_yaml, "a: *b\n", "bad_alias", 1),
        (read_yaml, "x: 1\na:\n  b: 1\n  b: 2\n", "name_twice", 4),
        (read_json, '{"a": 1,\n "a": 2}', "name_twice", 2),
        (read_yaml, "? [a]\n: b\n", "bad_name", 1),
        (read_yaml, "a: b: c\n", "bad_yaml", 1),
        (read_yaml, "- a\n- \x7f\n", "bad_yaml", None),
        (read_yaml, '- "\\0"\n', "forbidden_character", 1),
        (read_json, '["a",\n"\\u0000"]', "forbidden_character", 2),
        (read_json, '["\\ud800"]', "forbidden_character", 1),
        (read_json, '["a", NaN]', "bad_json", 1),
        (read_json, '["a",\n]', "bad_json", 2),
        (read_json, '["a"] ["b"]', "bad_json", 1),
        (read_json, '{"a" 1}', "bad_json", 1),
        (read_json, '"\n"', "bad_json", 1),
        (read_json, "", "bad_json", 1),
        (read_json, "[]", "no_items", None),
        (read_yaml, "# nothing\n", "no_items", None),
        (read_csv, "\n,,\n", "no_items", None),
        (read_csv, ",".join("abcdefghij" * 30), "bad_csv", 1),
        (read_csv, ("a," * 99 + "b\n") * 6000, "too_complex", 5001),
        (read_csv, "a\0b", "forbidden_character", 1),
    ],
)
def test_it_is_refused_in_words_with_its_line(read, text, code, line):
    started = time.monotonic()
    with pytest.raises(Invalid) as caught:
        read(text)
    assert (caught.value.code, caught.value.details.get("line")) == (
        code,
        line if line else caught.value.details.get("line"),
    )
    assert time.monotonic() - started < 2


def test_nothing_is_ever_constructed(tmp_path):
    target = tmp_path / "made"
    path = f'!!python/object/apply:pathlib.Path ["{target}"]'
    read_yaml(f"- !!python/object/apply:pathlib.Path.touch [{path}]\n- b\n")
    assert not target.exists()


@pytest.mark.parametrize("read", [read_json, read_yaml])
def test_huge_numbers_stay_text(read):
    number = "9" * 5000
    result = read(f'["a", {{"title": "b", "priority": {number}}}]')
    assert next(i for i in result.tree.items() if i.title == "b").guidance == f"priority: {number}"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"x" * (MAX_BYTES + 1), "too_big"),
        (b"- [ ] a\n" * (MAX_LINES + 1), "too_many_lines"),
        (b"caf\xe9", "not_utf8"),
        (b"\xff\xfea\0", "not_utf8"),
    ],
)
def test_every_format_has_the_same_first_gate(name, text, code):
    with pytest.raises(Invalid) as caught:
        format_named(name).read(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("read", "write"), [(read_json, write_json), (read_yaml, write_yaml), (read_csv, write_csv)]
)
def test_a_checklist_as_large_as_can_be_reads_back(read, write):
    items = tuple(
        Item(f"s/g/i{n}", f"Item number {n} \x7f", "Some words.", due="T-2d") for n in range(19_000)
    )
    tree = ChecklistTree(
        "T", sections=(Section("s", "S", groups=(Group("s/g", "G", items=items),)),)
    )
    assert read(write(tree)).tree == tree
