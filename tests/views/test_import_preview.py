"""The preview of an import: every line, what a person says of it, filters, pages, every format."""

from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from checklists.errors import Invalid
from checklists.formats import WRITTEN, format_named, writer_named
from checklists.formats.content import digest
from checklists.formats.tree import LineKind
from checklists.forms.said import carried, said_in
from checklists.models import Template, TemplateVersion
from checklists.pages.import_preview import LINES_AT_ONCE
from tests.checklist_data import publish, small_tree
from tests.views.test_templates_page import IMPORT, plain

pytestmark = pytest.mark.django_db
WIKI = """\
Before:
  - Check DNS
  - Ask Ada
  - title: Load test
    id: 12
    done: yes
"""


@pytest.fixture
def editor(cast, client):
    client.force_login(cast.marta)
    return client


def lines(answer) -> dict[int, str]:
    """The classes of each line that is shown."""
    return {
        int(number): css
        for number, css in re.findall(r'<li id="L(\d+)" class="([^"]+)"', answer.text)
    }


def hidden(answer, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', answer.text)[1])


def preview(client, text=WIKI, **form):
    return client.post(IMPORT, {"text": text, **form})


def test_every_line_shows_what_it_became(editor):
    answer = preview(editor)
    assert lines(answer) == {
        1: "k-section",
        2: "k-item",
        3: "k-item",
        4: "k-item",
        5: "k-ignored odd",
        6: "k-setting",
    }
    assert "1 of 3 items are answered here" in plain(answer)
    assert "“id” is not a field of a checklist. It was left out." in plain(answer)


def test_a_line_becomes_what_a_person_says_and_stays_so(editor):
    answer = preview(editor, **{"as-3": "guidance", "as-5": "guidance"})
    assert lines(answer)[3] == "k-guidance by-hand"
    assert hidden(answer, "said") == "3n 5n"
    again = preview(editor, said="3n 5n", **{"as-3": "", "as-5": "guidance"})
    assert hidden(again, "said") == "5n"
    preview(editor, said="3n", step="draft", name="Wiki")
    tree = TemplateVersion.objects.get().tree
    assert [(item.title, item.guidance) for item in tree.items()] == [
        ("Check DNS", "Ask Ada"),
        ("Load test", ""),
    ]


@pytest.mark.parametrize("said", ["3q", "0i", "x", "3", "99999i", "3i;4i"])
def test_what_no_page_of_ours_sends_is_refused(said, editor):
    answer = preview(editor, said=said, step="publish", name="Wiki")
    assert answer.status_code == 422
    assert not Template.objects.exists()


def test_what_is_said_is_carried_exactly():
    posted = QueryDict(mutable=True)
    posted["said"] = "1t 2s 3g 4i 5n 6x"
    said = said_in(posted)
    assert said == dict(enumerate(LETTERS, 1))
    assert carried(said) == "1t 2s 3g 4i 5n 6x"
    posted["as-7"] = "blank"
    with pytest.raises(Invalid, match="says nothing of a line"):
        said_in(posted)


LETTERS = [
    LineKind.TITLE,
    LineKind.SECTION,
    LineKind.GROUP,
    LineKind.ITEM,
    LineKind.GUIDANCE,
    LineKind.IGNORED,
]


def test_saying_that_nothing_is_an_item_leaves_the_preview_as_it_was(editor):
    answer = preview(editor, **{f"as-{line}": "ignored" for line in range(1, 7)})
    assert answer.status_code == 422
    assert "There is no checklist item" in plain(answer)
    assert lines(answer)[2] == "k-item"


def test_only_the_odd_lines(editor):
    answer = preview(editor, show="odd")
    assert list(lines(answer)) == [5]
    assert "Load test" in plain(answer).partition("What it becomes")[2]
    assert "Check DNS" not in plain(answer).partition("What it becomes")[2]


def test_a_long_file_is_shown_page_by_page(editor):
    text = "".join(f"- Item number {n}\n" for n in range(2000))
    first = preview(editor, text=text, format="yaml")
    assert len(lines(first)) == LINES_AT_ONCE
    assert f"Lines 1 to {LINES_AT_ONCE} of 2000" in plain(first)
    last = preview(editor, text=text, format="yaml", page="99", said="1s")
    assert list(lines(last))[-1] == 2000
    becomes = plain(last).partition("What it becomes")[2]
    assert "Item number 5 " not in becomes
    assert "Item number 1999 " in becomes
    assert hidden(last, "said") == "1s"


def test_the_preview_takes_the_same_queries_for_any_number_of_lines(editor):
    numbers = []
    for count in (3, 300):
        with CaptureQueriesContext(connection) as queries:
            preview(editor, text="".join(f"- Item {n}\n" for n in range(count)), format="yaml")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_a_file_without_a_title_is_named_like_the_file(editor):
    file = SimpleUploadedFile("our-wiki.yaml", WIKI.encode())
    answer = editor.post(IMPORT, {"file": file})
    assert 'name="name" value="our-wiki"' in answer.text
    assert '<option value="yaml" selected>' in answer.text


def test_the_rules_that_were_filled_in_survive_reading_again(editor):
    answer = preview(editor, rules_for="", **{"r0-role": "security", "r0-count": "2"})
    assert 'name="r0-role" value="security"' in answer.text
    publish(small_tree())
    other = preview(editor, rules_for="", slug="small", **{"r0-role": "nobody"})
    assert "nobody" not in other.text


@pytest.mark.parametrize("name", WRITTEN)
def test_a_template_is_exported_and_comes_back_in_every_format(name, editor):
    version = publish(small_tree()).newest_published()
    answer = editor.get(f"/templates/small/export/?format={name}")
    assert answer["Content-Disposition"] == f'attachment; filename="small-v1.{SUFFIX[name]}"'
    assert digest(format_named(name).read(answer.content).tree) == version.digest
    assert answer.content.decode() == writer_named(name)(version.tree)


SUFFIX = {"markdown": "md", "yaml": "yaml", "json": "json", "csv": "csv"}


def test_a_format_that_is_none_is_refused(editor):
    publish(small_tree())
    assert editor.get("/templates/small/export/?format=word").status_code == 422
