"""Templates on pages: import with its preview, rules, publishing, versions, export."""

from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checklists.actors import Actor
from checklists.formats.markdown import read_markdown
from checklists.formats.source import MAX_BYTES
from checklists.formats.tree import SignoffRule
from checklists.models import Template, TemplateVersion
from checklists.operations.templates import BUILTIN, start_draft
from checklists.pages.template_diff import template_diff
from tests.checklist_data import open_small_release, publish, small_tree, tiny_tree, wide_tree

pytestmark = pytest.mark.django_db
IMPORT = "/templates/import/"
SOURCE = """# Launch

## Before

### Servers

- [ ] Configure DNS
- [ ] Configure CDN (if needed)

- Not an item

## Post-Deployment

### Checks

- [ ] Look at the logs
"""


@pytest.fixture
def editor(cast, client):
    client.force_login(cast.marta)
    return client


def upload(text, name="launch.md"):
    content = text.encode() if isinstance(text, str) else text
    return SimpleUploadedFile(name, content, content_type="text/markdown")


def plain(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_file_is_shown_before_anything_is_kept(editor):
    answer = editor.post(IMPORT, {"step": "preview", "file": upload(SOURCE)})
    said = plain(answer)
    assert answer.status_code == 200
    assert "2 sections, 2 groups, 3 items" in said
    assert "1 after go-live" in said
    assert "3 items found, 1 line to look at" in said
    assert "This entry has no box, so it is guidance and not an item." in said
    assert "Configure CDN if needed" in said.partition("What it becomes")[2]
    assert not Template.objects.exists()


def test_the_text_comes_along_so_that_what_is_kept_is_what_was_shown(editor):
    shown = editor.post(IMPORT, {"step": "preview", "file": upload(SOURCE)})
    carried = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', shown.text, re.DOTALL)
    text = html.unescape(carried[1]).replace("\n", "\r\n")
    answer = editor.post(
        IMPORT, {"step": "draft", "text": text, "r0-role": "security", "r0-count": "1"}
    )
    version = TemplateVersion.objects.get()
    assert answer["Location"] == "/templates/launch/?version=1"
    assert not version.is_published
    assert [item.title for item in version.tree.items()] == [
        "Configure DNS",
        "Configure CDN",
        "Look at the logs",
    ]
    assert version.tree.rules == (SignoffRule("security", 1),)
    assert "Launch v1 is kept as a draft." in plain(editor.get(answer["Location"]))


def test_the_production_checklist_imports_whole(editor):
    source = (BUILTIN / "production-checklist.md").read_bytes()
    said = plain(editor.post(IMPORT, {"step": "preview", "file": upload(source)}))
    assert "11 sections, 28 groups, 132 items" in said
    assert "10 after go-live" in said
    assert "9 may not apply" in said
    assert "3 related documents" in said
    assert "Every line was understood" in said


def test_it_can_be_published_at_once_under_another_name(editor):
    editor.post(IMPORT, {"step": "publish", "text": SOURCE, "name": "Go live"})
    version = TemplateVersion.objects.get()
    assert (version.template.slug, version.template.name) == ("go-live", "Go live")
    assert version.is_published


def test_importing_into_a_template_shows_what_changes_and_keeps_its_rules(editor):
    rules = {"r0-role": "security", "r0-count": "1", "r0-sections": ["before"]}
    editor.post(IMPORT, {"step": "publish", "text": SOURCE, **rules})
    changed = SOURCE.replace("Configure DNS", "Configure names")
    answer = editor.post(IMPORT, {"step": "preview", "text": changed, "slug": "launch"})
    assert "Against Launch v1 1 added, 1 removed, 0 changed." in plain(answer)
    assert 'name="r0-role" value="security"' in answer.text
    same = editor.post(IMPORT, {"step": "preview", "text": SOURCE, "slug": "launch"})
    assert "This is Launch v1 already." in plain(same)
    editor.post(IMPORT, {"step": "draft", "text": changed, "slug": "launch", **rules})
    assert list(TemplateVersion.objects.values_list("number", flat=True)) == [2, 1]


def test_the_preview_keeps_a_rule_whose_sections_are_gone_and_lets_it_cover_all(editor):
    rules = {"r0-role": "security", "r0-count": "1", "r0-sections": ["before"]}
    editor.post(IMPORT, {"step": "publish", "text": SOURCE, **rules})
    renamed = SOURCE.replace("## Before", "## Earlier")
    answer = editor.post(IMPORT, {"step": "preview", "text": renamed, "slug": "launch"})
    assert 'name="r0-role" value="security"' in answer.text
    assert "checked" not in answer.text.partition('name="r0-sections"')[2].partition("r1-role")[0]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "Choose a file, or paste the text below."),
        ({"text": "# Only a title\n"}, "The file has no checklist item."),
        ({"text": "- [ ] Nothing\0 more"}, "Null characters are not allowed."),
        ({"file": upload(b"- [ ] Half\n\xed\xa0\x80\n")}, "not UTF-8 (line 2)"),
        ({"text": "# Title\n\n- [ ] Bad \x01 box\n"}, "Line 3 holds a control character"),
        ({"file": upload(b"- [ ] caf\xe9\n")}, "not UTF-8 (line 1)"),
        ({"file": upload("- [ ] Fine", "list.xlsx")}, ".xlsx files cannot be read here"),
        ({"text": SOURCE, "slug": "no-such"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(wrong, sentence, editor):
    answer = editor.post(IMPORT, {"step": "preview", **wrong})
    assert answer.status_code == 422
    assert sentence in plain(answer)
    assert not Template.objects.exists()


def test_a_file_that_is_too_big_is_not_kept_while_it_is_read(editor):
    big = b"- [ ] Item\n" * (10 * 1024 * 1024 // 11)
    answer = editor.post(IMPORT, {"step": "preview", "file": upload(big)})
    assert answer.status_code == 422
    assert f"more than {MAX_BYTES // 1024 // 1024} MB" in plain(answer)
    assert not Template.objects.exists()


def test_the_upload_is_protected_as_every_other_form(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.marta)
    assert client.post(IMPORT, {"step": "draft", "text": SOURCE}).status_code == 403
    assert not Template.objects.exists()


def test_rules_that_cannot_be_are_refused_beside_the_preview(editor):
    rules = {"r0-role": "security", "r0-count": "9"}
    answer = editor.post(IMPORT, {"step": "draft", "text": SOURCE, **rules})
    assert answer.status_code == 409
    assert "no project has more than 1" in plain(answer)
    assert 'value="security"' in answer.text
    too_many = editor.post(IMPORT, {"step": "draft", "text": SOURCE, **rules, "r0-count": "99"})
    assert too_many.status_code == 422
    assert not Template.objects.exists()


def test_a_draft_gets_its_rules_and_is_published(cast, editor):
    editor.post(IMPORT, {"step": "draft", "text": SOURCE})
    draft = TemplateVersion.objects.get()
    rules = {"version": 1, "r0-role": "security", "r0-count": 1, "r0-sections": ["before"]}
    assert editor.post("/templates/launch/rules/", rules).status_code == 302
    draft.refresh_from_db()
    assert draft.tree.rules == (SignoffRule("security", 1, ("before",)),)
    stale = editor.post("/templates/launch/publish/", {"version": 1, "digest": "0" * 64})
    assert stale.status_code == 409
    seen = editor.post("/templates/launch/publish/", {"version": 1, "digest": draft.digest})
    assert seen.status_code == 302
    draft.refresh_from_db()
    assert (draft.is_published, draft.published_by) == (True, cast.marta)
    page = plain(editor.get("/templates/launch/"))
    assert "v1, published" in page
    assert "Security , 1 signature before the deployment Before" in page
    closed = editor.post("/templates/launch/rules/", rules | {"r0-count": 2})
    assert closed.status_code == 409


def test_a_rule_that_nobody_can_fulfil_stays_in_the_form(editor):
    editor.post(IMPORT, {"step": "draft", "text": SOURCE})
    rules = {"version": 1, "r0-role": "security", "r0-count": 5}
    answer = editor.post("/templates/launch/rules/", rules)
    assert answer.status_code == 409
    assert "no project has more than 1" in plain(answer)
    assert TemplateVersion.objects.get().tree.rules == ()


def test_a_new_draft_is_compared_with_the_version_before(cast, editor):
    template = publish(small_tree())
    assert editor.post("/templates/small/draft/")["Location"] == "/templates/small/edit/"
    assert "Nothing differs from v1." in plain(editor.get("/templates/small/"))
    rules = {"version": 2, "r0-role": "security", "r0-count": 1}
    editor.post("/templates/small/rules/", rules)
    page = plain(editor.get("/templates/small/"))
    assert "Changed since v1" in page
    assert "rule: 1 of Release manager, before the deployment, every section" in page
    assert editor.post("/templates/small/discard/", {"version": 2}).status_code == 302
    assert template.versions.count() == 1


def test_discarding_the_only_draft_leads_back_to_the_list(editor):
    editor.post(IMPORT, {"step": "draft", "text": SOURCE})
    answer = editor.post("/templates/launch/discard/", {"version": 1})
    assert answer["Location"] == "/templates/"
    assert editor.get("/templates/launch/").status_code == 404


def test_an_export_reads_back_as_the_same_checklist(editor):
    publish(small_tree())
    answer = editor.get("/templates/small/export/?version=1")
    assert answer["Content-Disposition"] == 'attachment; filename="small-v1.md"'
    assert "no-store" in answer["Cache-Control"]
    assert read_markdown(answer.content).tree == small_tree()
    assert editor.get("/templates/small/export/?format=xlsx").status_code == 422
    assert editor.get("/templates/small/export/?version=7").status_code == 404


def test_a_template_shows_its_releases_to_those_who_may_see_them(cast, client):
    open_small_release(cast)
    client.force_login(cast.vic)
    assert "Payments 2.4.0" in plain(client.get("/templates/small/"))
    client.force_login(cast.mallory)
    seen = plain(client.get("/templates/small/"))
    assert "Payments 2.4.0" not in seen
    assert "None that you can see" in seen


def test_the_list_says_what_is_published_and_what_is_a_draft(cast, client):
    start_draft(publish(small_tree()), actor=Actor.of_person(cast.marta))
    publish(tiny_tree(), slug="tiny")
    client.force_login(cast.vic)
    said = plain(client.get("/templates/"))
    assert re.search(r"Small checklist v1 .*? Draft of v2 3 5 0", said)
    assert "Import" not in said
    client.force_login(cast.marta)
    assert "Import" in plain(client.get("/templates/"))


def test_without_a_template_the_list_says_how_to_begin(cast, client):
    client.force_login(cast.marta)
    assert "No template yet" in plain(client.get("/templates/"))


@pytest.mark.parametrize("path", ["", "export/", "?version=9", "?version=x"])
def test_what_does_not_exist_is_not_found(path, cast, client):
    client.force_login(cast.vic)
    publish(small_tree())
    slug = "small" if path.startswith("?") else "nothing"
    assert client.get(f"/templates/{slug}/{path}").status_code == 404


def test_a_huge_checklist_is_cut_in_the_outline_alone(editor):
    publish(wide_tree(1200), slug="wide")
    page = editor.get("/templates/wide/")
    assert "And 200 more items." in page.text
    assert "1200 items" in plain(page)


def test_the_list_takes_the_same_queries_for_any_number_of_templates(cast, client):
    client.force_login(cast.vic)
    numbers = []
    for round_ in range(2):
        for number in range(3):
            publish(tiny_tree(), slug=f"tiny-{round_}-{number}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/templates/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 8


def test_pages_hold_no_style(editor):
    publish(small_tree())
    for path in ("/templates/", "/templates/small/", IMPORT):
        assert "style=" not in editor.get(path).text
    assert "style=" not in editor.post(IMPORT, {"step": "preview", "text": SOURCE}).text


def test_a_difference_is_told_line_by_line():
    old = read_markdown(SOURCE).tree
    new = read_markdown(
        SOURCE.replace("## Before", "## Earlier").replace("(if needed)", "(if applicable)")
    ).tree
    said = [f"{line.kind} {line.text}" for line in template_diff(old, new).lines]
    assert "del ## Before" in said
    assert "ins ## Earlier" in said
    assert template_diff(old, old) is None
