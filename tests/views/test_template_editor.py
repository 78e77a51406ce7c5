"""The editor over plain HTTP: every action, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.actors import Actor, Via
from checklists.formats.tree import SignoffRule
from checklists.models import Template, TemplateVersion
from checklists.operations.template_editing import rename_part
from checklists.operations.templates import (
    import_template,
    import_tree,
    publish_version,
    start_draft,
)
from tests.checklist_data import wide_tree
from tests.factories import SignoffRoleFactory
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db

TEXT = "# Small\n\n## Ops\n\n### Web\n\n- [ ] Configure DNS\n- [ ] Set up TLS\n"
DNS, TLS, WEB = "ops/web/configure-dns", "ops/web/set-up-tls", "ops/web"
EDIT = "/templates/small/edit/"
SYSTEM = Actor.of_system(Via.COMMAND)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def draft() -> TemplateVersion:
    return import_template(TEXT, actor=SYSTEM)


@pytest.fixture
def editor(cast, client, draft):
    client.force_login(cast.marta)
    return client


def now() -> TemplateVersion:
    return TemplateVersion.objects.order_by("-pk")[0]


def titles() -> list[str]:
    return [item.title for item in now().tree.items()]


def do(editor, what, key="", *, digest=None, htmx=False, **values):
    data = {"do": what, "key": key, "digest": digest or now().digest, **values}
    return editor.post(EDIT, data, **(HTMX if htmx else {}))


def plain(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.mark.parametrize(
    ("what", "key", "values", "after"),
    [
        ("add_item", DNS, {"title": "x"}, ["Configure DNS", "x", "Set up TLS"]),
        ("add_item", "ops", {"title": "x"}, ["x", "Configure DNS", "Set up TLS"]),
        ("split", DNS, {"title": "a", "rest": "b"}, ["a", "b", "Set up TLS"]),
        ("rename", TLS, {"title": "x"}, ["Configure DNS", "x"]),
        ("up", TLS, {}, ["Set up TLS", "Configure DNS"]),
        ("down", DNS, {}, ["Set up TLS", "Configure DNS"]),
        ("move", TLS, {"near": DNS, "after": "0"}, ["Set up TLS", "Configure DNS"]),
        ("delete", DNS, {}, ["Set up TLS"]),
    ],
)
def test_an_action_leads_back_to_the_part_that_it_was_about(what, key, values, after, editor):
    answer = do(editor, what, key, **values)
    assert answer.status_code == 302
    assert titles() == after
    page = editor.get(answer["Location"])
    assert page.status_code == 200
    assert 'aria-current="true"' in page.text
    do(editor, "undo")
    assert titles() == ["Configure DNS", "Set up TLS"]


def test_headings_nesting_and_settings(editor):
    do(editor, "add_section", WEB, title="After")
    do(editor, "add_group", WEB, title="Data")
    do(editor, "indent", TLS)
    do(editor, "heading", WEB, title="Web servers", guidance="Read **this**.")
    do(editor, "checklist", "", title="Small one", intro="Hello.\r\n\r\nYou.")
    tree = now().tree
    assert [section.title for section in tree.sections] == ["Ops", "After"]
    assert [group.title for group in tree.sections[0].groups] == ["Web servers", "Data"]
    assert (tree.title, tree.intro) == ("Small one", "Hello.\n\nYou.")
    assert [item.parent for item in tree.items()] == ["", DNS]
    do(editor, "outdent", TLS)
    assert [item.parent for item in now().tree.items()] == ["", ""]


ITEM = {
    "title": "Set up TLS 1.3",
    "guidance": "Use the **vault**.",
    "requirement": "should",
    "stage": "close",
    "condition": "if needed",
    "na_allowed": "on",
    "justification_required": "on",
    "evidence_required": "on",
    "evidence_kind": "link",
    "owner_role": "security",
    "due": "T+1d",
    "valid_for": "90d",
}


def test_every_setting_of_an_item_is_kept_and_shown(editor):
    do(editor, "item", TLS, **ITEM)
    item = list(now().tree.items())[1]
    on = {"na_allowed", "justification_required", "evidence_required"}
    assert all(getattr(item, name) == (name in on or value) for name, value in ITEM.items())
    page = editor.get(f"{EDIT}?key={quote(TLS, safe='')}").text
    assert "<strong>vault</strong>" in page
    assert 'value="T+1d"' in page
    assert '<option value="link" selected>' in page


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(htmx, editor):
    before = everything()
    answer = do(editor, "item", TLS, htmx=htmx, **{**ITEM, "due": "soon"})
    assert answer.status_code == 422
    assert "Must be relative to the target, like T-2d or T+4h." in plain(answer)
    assert 'value="soon"' in answer.text
    assert "Use the **vault**." in answer.text
    assert everything() == before


@pytest.mark.parametrize("htmx", [False, True])
def test_who_was_slower_learns_who_changed_what_and_keeps_their_words(htmx, cast, editor, draft):
    olga = Actor.of_person(cast.olga)
    rename_part(draft, "ops", "Prepare", actor=olga, expected_digest=draft.digest)
    before = everything()
    old = {"digest": draft.digest, "htmx": htmx}
    answer = do(editor, "item", TLS, **old, **ITEM)
    assert answer.status_code == 409
    assert "Olga Owens changed this draft since you read it: changed a title." in plain(answer)
    typed = do(editor, "add_item", DNS, title="My new item", **old)
    assert typed.status_code == 409
    if not htmx:
        assert "Set up TLS 1.3" in answer.text
        assert f'name="digest" value="{now().digest}"' in answer.text
        assert 'value="My new item"' in typed.text
    assert everything() == before


def test_with_the_script_only_the_pieces_that_changed_come_back(editor):
    do(editor, "add_section", WEB, title="After")
    do(editor, "add_item", "after", title="Look at logs")
    answer = do(editor, "rename", DNS, htmx=True, title="DNS <b>works</b>")
    assert re.findall(r'data-into="([^"]+)"', answer.text) == ["#sec-1", "#state", "#part"]
    assert "DNS &lt;b&gt;works&lt;/b&gt;" in answer.text
    assert "Look at logs" not in answer.text
    assert f'data-digest="{now().digest}"' in answer.text
    moved = do(editor, "move", DNS, htmx=True, near="after", after="1")
    assert re.findall(r'data-into="(#sec[^"]+)"', moved.text) == ["#sec-1", "#sec-2"]
    added = do(editor, "add_section", DNS, htmx=True, title="Third")
    assert 'data-into="#outline"' in added.text
    settings = do(editor, "heading", WEB, htmx=True, title="Web", guidance="More")
    assert re.findall(r'data-into="([^"]+)"', settings.text) == ["#sec-1", "#state"]


def test_pieces_are_fetched_one_by_one(editor):
    part = editor.get(EDIT, {"piece": "part", "key": TLS}, **HTMX)
    assert re.findall(r'data-into="([^"]+)"', part.text) == ["#part"]
    assert "HX-Request" in part["Vary"]
    findings = editor.get(EDIT, {"piece": "findings"}, **HTMX)
    assert "A probe of the kind tls could verify this." in plain(findings)
    whole = editor.get(EDIT, {"piece": "all", "key": "gone/gone/gone"}, **HTMX)
    assert re.findall(r'data-into="([^"]+)"', whole.text) == ["#outline", "#state", "#part"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"do": "explode"}, 422),
        ({}, 422),
        ({"do": "rename", "key": "no/such/thing", "title": "x"}, 409),
        ({"do": "item", "key": "no/such/thing", "title": "x"}, 409),
        ({"do": "rename", "key": DNS, "title": ""}, 422),
        ({"do": "rename", "key": DNS, "title": "x" * 501}, 422),
        ({"do": "rename", "key": DNS, "title": "x\x07"}, 422),
        ({"do": "rename", "key": "a\0b", "title": "x"}, 422),
        ({"do": "add_item", "key": "", "title": "x"}, 409),
        ({"do": "indent", "key": WEB}, 422),
        ({"do": "move", "key": DNS, "near": "gone", "after": "1"}, 409),
        ({"do": "undo"}, 409),
        ({"do": "heading", "key": DNS, "title": "x"}, 422),
    ],
)
def test_strange_input_is_refused_and_changes_nothing(data, status, editor):
    before = everything()
    for headers in ({}, HTMX):
        answer = editor.post(EDIT, {"digest": now().digest, **data}, **headers)
        assert answer.status_code == status, plain(answer)
    assert everything() == before


def test_a_published_version_leads_to_its_page_and_takes_no_edit(editor, draft):
    publish_version(draft, actor=SYSTEM)
    assert editor.get(EDIT)["Location"] == "/templates/small/"
    answer = do(editor, "delete", DNS)
    assert answer.status_code == 409
    assert "can no longer change" in plain(answer)


def test_the_preview_is_as_harmless_as_a_release(editor):
    text = "**Now** <script>alert(1)</script> [x](javascript:alert(1)) ![i](http://a/b.png)"
    answer = editor.post("/templates/small/preview/", {"text": text})
    assert "<strong>Now</strong>" in answer.text
    assert not re.search(r"<script|<img|href=.javascript", answer.text)


def test_a_probe_is_suggested_changed_and_taken_away(editor):
    address = f"/templates/small/probe/{TLS}/"
    values = {"kind": "tls", "host": "x.example", "port": 443, "warn_days": 21, "fail_days": 7}
    wrong = editor.post(address, {**values, "host": "", "interval_s": 60, "digest": now().digest})
    assert wrong.status_code == 422
    stale = editor.post(address, {**values, "interval_s": 60, "digest": "0" * 64})
    assert stale.status_code == 422
    assert "changed this draft since you read it" in plain(stale)
    done = editor.post(address, {**values, "interval_s": 60, "digest": now().digest})
    assert done.status_code == 302
    assert "TLS x.example" in plain(editor.get(done["Location"]))
    assert 'value="x.example"' in editor.get(address).text
    do(editor, "drop_probe", TLS)
    assert not any(item.probe for item in now().tree.items())
    for key in (WEB, "ops", "no/such/thing"):
        assert editor.get(f"/templates/small/probe/{key}/").status_code == 404


def test_a_new_checklist_and_a_copy_begin_as_drafts(editor):
    made = editor.post(
        "/templates/new/", {"name": "Mobile", "section": "Before", "item": "It runs"}
    )
    assert made["Location"] == "/templates/mobile/edit/"
    taken = editor.post("/templates/new/", {"name": "Mobile", "section": "a", "item": "b"})
    assert taken.status_code == 422
    assert "There is a template “mobile” already." in plain(taken)
    copied = editor.post("/templates/new/?like=small", {"name": "Big"})
    assert copied["Location"] == "/templates/big/edit/"
    assert editor.get("/templates/new/?like=nothing").status_code == 404
    assert Template.objects.count() == 3


def test_two_versions_are_compared_by_number(editor, draft):
    publish_version(draft, actor=SYSTEM)
    start_draft(draft.template, actor=SYSTEM)
    do(editor, "item", DNS, **{**ITEM, "title": "Configure DNS"})
    do(editor, "add_section", WEB, title="After")
    do(editor, "move", TLS, near="after", after="1")
    said = plain(editor.get("/templates/small/compare/"))
    assert "From v1 to v2" in said
    assert "Use the **vault**." in said
    assert "kind of evidence: link" in said
    assert "stood in Ops, Web stands in After" in said
    back = plain(editor.get("/templates/small/compare/?from=2&to=1"))
    assert "From v2 to v1" in back
    assert "Nothing differs" in plain(editor.get("/templates/small/compare/?from=2&to=2"))
    assert editor.get("/templates/small/compare/?from=9").status_code == 404


def test_the_page_before_publishing_shows_findings_digest_and_who(editor):
    page = plain(editor.get("/templates/small/publish/"))
    assert "Marta Reis publishes v1, now." in page
    assert now().digest in page
    assert "A probe of the kind tls could verify this." in page
    stale = editor.post("/templates/small/publish/", {"version": 1, "digest": "0" * 64})
    assert stale.status_code == 409
    assert not now().is_published


def test_a_rule_that_nobody_can_meet_is_said_before_and_refused(editor, draft):
    do(editor, "rename", DNS, title="Configure names")
    version = now()
    editor.post("/templates/small/rules/", {"version": 1, "r0-role": "dpo", "r0-count": "1"})
    assert now().tree.rules == (SignoffRule("dpo"),)
    SignoffRoleFactory(slug="dpo")
    page = editor.get("/templates/small/publish/")
    assert "A rule cannot be met" in plain(page)
    refused = editor.post("/templates/small/publish/", {"version": 1, "digest": now().digest})
    assert refused.status_code == 409
    assert not TemplateVersion.objects.get(pk=version.pk).is_published


def test_the_number_of_queries_does_not_grow_with_the_checklist(editor, cast):
    def queries() -> int:
        editor.get(EDIT)
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(EDIT).status_code == 200
        return len(captured)

    few = queries()
    import_tree(wide_tree(400), actor=SYSTEM, slug="small")
    assert queries() == few
