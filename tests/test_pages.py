"""What rows, counters and the verdict button say, from states alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.gate import Level, Reason
from checklists.models import AuditEvent, Item, Release
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.planning import assign_item, comment_item
from checklists.operations.releases import set_release_target
from checklists.operations.waivers import approve_waiver, request_waiver
from checklists.pages.events import event_line
from checklists.pages.faces import face, initials
from checklists.pages.loading import recent_snapshot, snapshot_of
from checklists.pages.markdown import render_markdown
from checklists.pages.render import counter_frame, row_frames, row_html
from checklists.pages.rows import Scene, item_row
from checklists.pages.words import short_day
from checklists.sentences import sentence
from checklists.state import (
    Answer,
    EvidenceState,
    ItemState,
    Observed,
    ProbeState,
    Requirement,
    RowStatus,
    Stage,
    Verdict,
    WaiverState,
    WaiverStatus,
)
from checklists.words import ACTION_WORDS
from tests.checklist_data import item_of

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SCENE = Scene(
    now=NOW,
    go_live=NOW + timedelta(days=3),
    observed={},
    reasons={},
    sparks={},
    faces={"p_1": face("p_1", "Priya Raman")},
    role_names={"security": "Security"},
)
OPEN = ItemState(
    id=42,
    checklist="small",
    position=4,
    condition="",
    key="a/b/c",
    number="1.1.4",
    title="Configure <health> checks",
    section="a",
    group="a/b",
    stage=Stage.DEPLOY,
    requirement=Requirement.MUST,
    na_allowed=False,
    evidence_required=False,
    answer=Answer.OPEN,
    answered_by=None,
    answered_at=None,
    reason=None,
    started_at=None,
    assignee=None,
    assignee_role=None,
    due_at=None,
    due_offset="",
    version=7,
    decided_seq=1,
)
DONE = replace(OPEN, answer=Answer.DONE, answered_by="p_1", answered_at=NOW)
PROBE = ProbeState(1, "http", "spec", 60, NOW, Verdict.FAIL, NOW)
EVIDENCE = EvidenceState(1, "link", "d" * 64, NOW, NOW, "p_1")
WAIVER = WaiverState(
    1, WaiverStatus.APPROVED, "r", NOW + timedelta(days=60), "p_1", NOW, "p_2", NOW, None
)
BLOCKS = Reason("item_open", sentence("open."), item_id=42)


def scene(**changes) -> Scene:
    return replace(SCENE, **changes)


@pytest.mark.parametrize(
    ("item", "status", "word"),
    [
        (OPEN, RowStatus.OPEN, "Open"),
        (replace(OPEN, started_at=NOW), RowStatus.PROGRESS, "In progress"),
        (replace(OPEN, evidence=(EVIDENCE,)), RowStatus.PROGRESS, "In progress"),
        (DONE, RowStatus.DONE, "Done"),
        (replace(OPEN, probe=PROBE), RowStatus.FAILED, "Failed"),
        (replace(OPEN, waivers=(WAIVER,)), RowStatus.WAIVED, "Waived"),
        (
            replace(OPEN, answer=Answer.NOT_APPLICABLE),
            RowStatus.NOT_APPLICABLE,
            "Not applicable",
        ),
    ],
)
def test_a_row_shows_one_word_for_each_state(item, status, word):
    row = item_row(item, SCENE)
    assert (row.status, row.word) == (status, word)
    assert f"st-{status}" in row.css


def test_only_rows_that_do_not_apply_cannot_be_ticked():
    assert item_row(OPEN, SCENE).tickable
    assert item_row(DONE, SCENE).tickable
    # Somebody may do it after all, whatever was allowed.
    assert item_row(replace(OPEN, waivers=(WAIVER,)), SCENE).tickable
    assert not item_row(replace(OPEN, answer=Answer.NOT_APPLICABLE), SCENE).tickable


def test_an_open_item_blocks_without_being_marked_until_it_is_overdue():
    reasons = scene(reasons={42: BLOCKS})
    assert item_row(OPEN, reasons).block == ""
    overdue = item_row(replace(OPEN, due_at=NOW - timedelta(days=1)), reasons)
    assert (overdue.block, overdue.late) == ("Overdue", True)


def test_a_done_item_that_is_not_believed_is_marked_and_says_why():
    said = sentence("ticked, but its probe has not looked yet.")
    reasons = {42: Reason("probe_never", said, item_id=42)}
    assert (
        item_row(DONE, scene(reasons=reasons)).block == "Ticked, but its probe has not looked yet"
    )


def test_an_exception_marks_no_row():
    reasons = {42: Reason("item_open", sentence("x"), level=Level.EXCEPTION, item_id=42)}
    late = replace(OPEN, due_at=NOW - timedelta(days=1))
    assert item_row(late, scene(reasons=reasons)).block == ""


def test_a_probe_that_stopped_looking_is_stale_and_not_what_it_said_last():
    old = Observed("spec", NOW - timedelta(hours=26))
    passing = replace(PROBE, confirmed=Verdict.PASS)
    chip = item_row(replace(DONE, probe=passing), scene(observed={1: old})).probe
    assert (chip.word, chip.css, chip.iso) == ("Stale", "probe st-stale", "2026-11-22T08:00:00Z")
    never = item_row(replace(DONE, probe=passing), SCENE).probe
    assert (never.word, never.iso) == ("Never", "")


def test_required_evidence_that_is_missing_is_told_from_evidence_that_is_there():
    assert item_row(replace(OPEN, evidence_required=True), SCENE).evidence_missing
    held = item_row(replace(OPEN, evidence_required=True, evidence=(EVIDENCE,)), SCENE)
    assert (held.evidence_missing, held.evidence) == (False, "1")


def test_a_row_escapes_titles_and_names():
    html = row_html(item_row(OPEN, SCENE))
    assert "&lt;health&gt;" in html
    assert "<health>" not in html


def test_a_row_holds_no_token_no_age_and_no_inline_style():
    item = replace(DONE, probe=PROBE, evidence=(EVIDENCE,), assignee="p_1", due_at=NOW)
    html = row_html(item_row(item, scene(observed={1: Observed("spec", NOW)})))
    assert "csrf" not in html
    assert "style=" not in html
    assert " ago" not in html


def test_equal_rows_are_drawn_once():
    row_html.cache_clear()
    row_html(item_row(OPEN, SCENE))
    row_html(item_row(replace(OPEN), scene(now=NOW + timedelta(minutes=5))))
    assert row_html.cache_info().hits == 1


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Priya Raman", "PR"), ("ada", "A"), ("j.r.tolkien@example.com", "JT"), ("  ", "?")],
)
def test_initials_are_two_letters_at_most(name, letters):
    assert initials(name) == letters


def test_a_day_of_another_year_says_its_year():
    assert short_day(NOW, NOW) == "23 Nov"
    assert short_day(NOW + timedelta(days=60), NOW) == "22 Jan 2027"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://example.com/spy.png)",
        "<img src=x onerror=alert(1)>",
        "[x](data:text/html,<script>)",
        '<a href="#" onclick="x()">x</a>',
    ],
)
def test_markdown_brings_no_script_no_picture_and_no_odd_address(source):
    html = render_markdown(source)
    for bad in ("<script", "<img", 'href="javascript', 'href="data', '<a href="#"'):
        assert bad not in html


def test_markdown_keeps_what_guidance_needs():
    html = render_markdown("# Do\n\n1. **one**\n2. `two`\n\n[doc](https://example.com)")
    assert "<h4>Do</h4>" in html
    assert "<li><strong>one</strong></li>" in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.django_db
def test_counters_count_settled_items_of_the_stage(cast, release):
    priya = Actor.of_person(cast.priya)
    tick_item(item_of(release, "configure-dns"), actor=priya)
    mark_not_applicable(
        item_of(release, "configure-cdn"), actor=priya, reason="No static assets in this service."
    )
    counters = snapshot_of(fresh(release)).counters
    assert (counters.settled, counters.total, counters.percent) == (2, 4, 50)
    assert [(s.number, s.words) for s in counters.sections] == [
        ("1", "2 of 2"),
        ("2", "0 of 2"),
        ("3", "0 of 1"),
    ]
    assert counters.sections[2].after_go_live
    assert counters.verdict.title == "Not ready: 2 to settle"
    assert counters.verdict.rest[-2:] == (
        "Security: 0 of 1 signed.",
        "Release manager: 0 of 1 signed.",
    )


@pytest.mark.django_db
def test_every_item_has_its_mark_in_the_strip_within_its_section(release):
    counters = snapshot_of(fresh(release)).counters
    marks = [mark for section in counters.sections for mark in section.marks]
    assert len(marks) == 5
    places = [float(mark.x.rstrip("%")) for mark in marks]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)


@pytest.mark.django_db
def test_a_waived_item_is_named_beside_the_verdict(cast, release):
    soon = timezone.now() + timedelta(days=2)
    set_release_target(release, actor=Actor.of_person(cast.marta), target_at=soon)
    item = item_of(release, "rotate-secrets")
    waiver = request_waiver(
        item,
        actor=Actor.of_person(cast.priya),
        reason="Rotation happens with the next release.",
        expires_at=soon + timedelta(days=3),
    )
    approve_waiver(waiver, actor=Actor.of_person(cast.marta))
    snapshot = snapshot_of(fresh(release))
    assert snapshot.rows[item.pk].status == RowStatus.WAIVED
    assert snapshot.counters.verdict.exceptions


@pytest.mark.django_db
def test_a_frame_of_one_item_brings_only_its_section(release):
    snapshot = snapshot_of(fresh(release))
    item = item_of(release, "configure-dns")
    html = counter_frame(snapshot, [item.pk])
    assert 'id="nav-1"' in html
    assert 'id="nav-2"' not in html
    assert f'id="m{item.pk}"' in html
    assert html.count("<line") == 1
    assert f'hx-target="#item-{item.pk}"' in row_frames(snapshot, [item.pk])[item.pk]


@pytest.mark.django_db
def test_a_recent_snapshot_holds_every_event_at_once(cast, release):
    before = recent_snapshot(fresh(release))
    item = item_of(release, "configure-dns")
    tick_item(item, actor=Actor.of_person(cast.priya))
    after = recent_snapshot(fresh(release))
    assert after.state.seq == before.state.seq + 1
    assert after.rows[item.pk].status == RowStatus.DONE
    assert recent_snapshot(fresh(release)) is after


@pytest.mark.django_db
def test_a_recent_snapshot_learns_the_names_of_people_who_come_in(cast, release):
    recent_snapshot(fresh(release))
    item = item_of(release, "configure-dns")
    assign_item(item, actor=Actor.of_person(cast.priya), to=cast.sam)
    assert recent_snapshot(fresh(release)).rows[item.pk].who.name == "Sam Okafor"


@pytest.mark.django_db
def test_each_event_of_an_item_reads_as_a_sentence(cast, release):
    item = item_of(release, "configure-dns")
    priya = Actor.of_person(cast.priya)
    assign_item(item, actor=priya, to=cast.sam)
    comment_item(item, actor=priya, text="On it.")
    tick_item(item, actor=priya)
    faces = {p.pid: face(p.pid, str(p)) for p in (cast.priya, cast.sam)}
    lines = [
        event_line(event, faces, {})
        for event in AuditEvent.objects.filter(item_id=item.pk).order_by("seq")
    ]
    assert [f"{line.who.name} {line.text}" for line in lines] == [
        "Priya Raman assigned Sam Okafor",
        "Priya Raman commented",
        "Priya Raman ticked",
    ]


def test_every_action_has_its_words():
    assert all(str(words) for words in ACTION_WORDS.values())


def fresh(release: Release) -> Release:
    return Release.objects.for_page().get(pk=release.pk)


@pytest.mark.django_db
def test_a_row_does_not_depend_on_how_many_there_are(release):
    rows = snapshot_of(fresh(release)).rows
    assert set(rows) == set(Item.objects.filter(release=release).values_list("pk", flat=True))
