"""A checklist with its answers survives every format, answers and all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.formats import WRITTEN, format_named, writer_named
from checklists.formats.tree import DONE, NOT_APPLICABLE, ChecklistTree, Filled
from tests.formats.strategies import lines, trees
from tests.fuzzing import examples


@st.composite
def answered(draw: st.DrawFn) -> tuple[ChecklistTree, dict[str, Filled]]:
    """A checklist, and what somebody said of some of its items."""
    tree = draw(trees())
    found = {}
    for item in tree.items():
        answer = draw(st.sampled_from(["", DONE, NOT_APPLICABLE if item.na_allowed else DONE]))
        words = draw(st.just("") | lines().map(lambda words: f"Because {words} is so."))
        if answer or words:
            found[item.key] = Filled(item.key, answer, 0, words)
    return tree, found


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(form=answered())
def test_a_filled_form_survives_every_format(name, form):
    tree, answers = form
    result = format_named(name).read(writer_named(name)(tree, answers))
    assert result.tree == tree
    told = {found.key: (found.answer, " ".join(found.words.split())) for found in result.answers}
    assert told == {
        key: (filled.answer, " ".join(filled.words.split())) for key, filled in answers.items()
    }


def test_markdown_shows_the_answers_as_people_write_them(production):
    items = list(production.tree.items())[:2]
    answers = {
        items[0].key: Filled(items[0].key, DONE, 0, "two\nservers"),
        items[1].key: Filled(items[1].key, NOT_APPLICABLE, 0),
    }
    text = writer_named("markdown")(production.tree, answers)
    assert "- [x] Provision production servers/containers\n\n  Answer: two servers\n" in text
    assert "- [n/a] Configure auto-scaling\n" in text
