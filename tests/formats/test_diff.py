"""What the page of a template says has changed between two versions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from checklists.formats.content import digest
from checklists.formats.diff import compare
from checklists.formats.markdown import read_markdown
from checklists.formats.tree import ChecklistTree, SignoffRule
from tests.formats.strategies import trees
from tests.fuzzing import examples

TEXT = """\
# T

Intro.

## Ops

### Web

- [ ] Configure DNS
- [ ] Configure CDN (if needed)
- [ ] Set up TLS

### Data

- [ ] Test restore

## Post-Deployment

- [ ] Review logs
"""


def read(text: str = TEXT) -> ChecklistTree:
    return read_markdown(text).tree


def changes(text: str) -> dict[str, tuple[str, ...]]:
    return {change.key: change.fields for change in compare(read(), read(text)).changed}


@settings(deadline=None, max_examples=examples(50))
@given(trees(), trees())
def test_there_is_a_difference_exactly_if_the_digests_differ(one, other):
    assert not compare(one, one)
    assert bool(compare(one, other)) == (digest(one) != digest(other))


def test_added_and_removed_items_are_named():
    found = compare(read(), read(TEXT.replace("Set up TLS", "Rotate keys")))
    assert [item.title for item in found.added] == ["Rotate keys"]
    assert [item.title for item in found.removed] == ["Set up TLS"]
    assert (found.changed, found.headings, found.whole) == ((), (), ())


def test_changed_fields_are_named():
    text = TEXT.replace("CDN (if needed)", "CDN").replace("restore\n", "restore\n\n  Monthly.\n")
    assert changes(text) == {
        "ops/web/configure-cdn": ("na_allowed", "condition"),
        "ops/data/test-restore": ("guidance",),
    }


def test_a_new_title_with_the_old_key_is_a_change_and_no_new_item():
    key = '<!-- readiness {"key":"ops/web/set-up-tls"} -->'
    text = TEXT.replace("Set up TLS", f"Set up TLS 1.3 {key}")
    assert changes(text) == {"ops/web/set-up-tls": ("title",)}


def test_only_what_moved_is_said_to_have_moved():
    text = TEXT.replace("- [ ] Configure DNS\n", "").replace("TLS\n", "TLS\n- [ ] Configure DNS\n")
    assert changes(text) == {"ops/web/configure-dns": ("position",)}


def test_an_item_in_another_group_has_moved():
    key = ' <!-- readiness {"key":"ops/web/set-up-tls"} -->'
    text = TEXT.replace("- [ ] Set up TLS\n", "") + f"- [ ] Set up TLS{key}\n"
    assert changes(text) == {"ops/web/set-up-tls": ("stage", "group")}


def test_headings_that_came_went_or_changed_are_named():
    found = compare(read(), read(TEXT.replace("### Data", "### Databases\n\nAll of them.")))
    assert [(h.key, h.old is None, h.new is None) for h in found.headings] == [
        ("ops/databases", True, False),
        ("ops/data", False, True),
    ]
    described = TEXT.replace("### Data\n", "### Data\n\nAll of it.\n")
    (heading,) = compare(read(), read(described)).headings
    assert (heading.key, heading.fields) == ("ops/data", ("guidance",))


def test_changes_of_the_whole_are_named():
    rules = (SignoffRule("security"),)
    new = replace(read(), rules=rules, intro="Other.", sections=read().sections[::-1])
    assert compare(read(), new).whole == ("intro", "rules", "order")
