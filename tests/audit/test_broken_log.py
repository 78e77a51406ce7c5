"""A log that somebody cut, edited or rewrote makes no decision, now or of the past, and says so."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import _forget, tree_by_digest
from checklists.audit.format import event_hash, write_body
from checklists.audit.triggers_sqlite import SQLITE
from checklists.audit.verify import verify_all
from checklists.errors import Conflict
from checklists.gate import Go
from checklists.models import AuditChain, AuditEvent, Release, TemplateVersion
from checklists.models.audit import EMPTY_HASH
from checklists.operations.decisions import decide_release
from checklists.operations.items import tick_item
from checklists.operations.signoffs import sign_release
from checklists.state import Meaning
from tests.audit.full_release import full_release
from tests.audit.test_verify import guard_off
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


def ask(release: Release, as_of: datetime | None = None) -> tuple[Go, list[str]]:
    decision = decide_release(release, as_of=as_of)
    return decision.verdict, [r.code for r in decision.reasons if r.level == "unknown"]


def edit(release: Release, seq: int, change) -> None:
    """Change a body and nothing else, as somebody would who does not know about hashes."""
    event = AuditEvent.objects.get(chain=release.chain, seq=seq)
    body = json.loads(event.body)
    change(body)
    with guard_off():
        AuditEvent.objects.filter(pk=event.pk).update(body=write_body(body))


def rewrite(release: Release, seq: int, change) -> Release:
    """Change a body and grow every hash again, up to the head."""
    last = EMPTY_HASH
    with guard_off():
        for event in AuditEvent.objects.filter(chain=release.chain).order_by("seq"):
            body = json.loads(event.body)
            if event.seq == seq:
                change(body)
            text = write_body(body)
            stored = event_hash(last, text)
            rows = AuditEvent.objects.filter(pk=event.pk)
            rows.update(body=text, prev_hash=last, hash=stored)
            last = stored
        AuditChain.objects.filter(pk=release.chain.pk).update(head_hash=last)
    return Release.objects.get(pk=release.pk)


def forget_releases() -> None:
    """As in a process that has just started."""
    for key in AuditChain.objects.values_list("key", flat=True):
        _forget(key)


def test_the_past_is_not_told_from_an_edited_log(cast, release):
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    moment = timezone.now()
    assert ask(release, moment)[0] == Go.NO_GO
    edit(release, 2, lambda body: body["data"].update(more=1))
    assert ask(release) == (Go.UNKNOWN, ["log_broken"])
    assert ask(release, moment) == (Go.UNKNOWN, ["log_broken"])


def test_the_past_is_not_told_when_what_came_later_was_edited(cast, release):
    moment = timezone.now()
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    edit(release, 2, lambda body: body["data"].update(more=1))
    assert ask(release, moment) == (Go.UNKNOWN, ["log_broken"])


def test_the_past_is_not_told_from_a_log_whose_end_was_cut_off(cast, release):
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    moment = timezone.now()
    with guard_off():
        AuditEvent.objects.filter(chain=release.chain, seq=2).delete()
    assert ask(release, moment) == (Go.UNKNOWN, ["log_broken"])


def test_nothing_is_decided_of_the_past_either_while_the_guard_is_missing(cast, release):
    moment = timezone.now()
    name = next(iter(SQLITE)) if connection.vendor == "sqlite" else "audit_event_link"
    on = "" if connection.vendor == "sqlite" else " ON checklists_auditevent"
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP TRIGGER {name}{on}")
    assert ask(release) == (Go.UNKNOWN, ["guard_missing"])
    assert ask(release, moment) == (Go.UNKNOWN, ["guard_missing"])


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("subject"),
        lambda body: body["subject"].update(id="x"),
        lambda body: body.update(at=5),
        lambda body: body.update(at="2026-11-23T10:00:00"),
        lambda body: body.update(commit=["x"]),
        lambda body: body.update(rows=3),
    ],
)
@pytest.mark.parametrize("seq", [1, 2])
def test_a_rewritten_event_that_makes_no_sense_is_a_finding_and_no_crash(cast, change, seq):
    release = rewrite(full_release(cast), seq, change)
    assert not verify_all().is_clean
    for as_of in (None, timezone.now()):
        assert ask(release, as_of)[0] in (Go.UNKNOWN, Go.NO_GO)


@pytest.mark.parametrize("name", ["data", "actor"])
def test_without_the_parts_of_its_first_event_a_release_is_unknown(cast, name):
    release = rewrite(full_release(cast), 1, lambda body: body.pop(name))
    assert ask(release) == (Go.UNKNOWN, ["log_broken"])
    assert ask(release, timezone.now()) == (Go.UNKNOWN, ["log_broken"])
    assert not verify_all().is_clean


def test_a_release_that_is_opened_twice_in_its_log_is_unknown(cast):
    release = full_release(cast)
    first = json.loads(AuditEvent.objects.get(chain=release.chain, seq=1).body)
    again = {**first, "seq": 2, "at": "2027-01-01T00:00:00.000000Z"}
    release = rewrite(release, 2, lambda body: body.update(again))
    assert ask(release) == (Go.UNKNOWN, ["log_broken"])


@pytest.mark.parametrize("content", ["", "null", "{}", "not json"])
def test_a_template_whose_content_cannot_be_read_is_found_and_decides_nothing(cast, content):
    release = full_release(cast)
    TemplateVersion.objects.filter(template__slug="small").update(content=content)
    tree_by_digest.cache_clear()
    forget_releases()
    assert ("templateversion", "content") in {(f.table, f.field) for f in verify_all().findings}
    assert ask(release) == (Go.UNKNOWN, ["log_broken"])
    assert ask(release, timezone.now()) == (Go.UNKNOWN, ["log_broken"])


def test_nobody_signs_what_a_broken_log_says(cast, release):
    edit(release, 1, lambda body: body["data"].update(commit="0000000"))
    with pytest.raises(Conflict, match="does not hold together"):
        sign_release(
            release,
            actor=Actor.of_person(cast.sam),
            role="security",
            meaning=Meaning.APPROVE,
            digest="0" * 64,
            authenticated_at=timezone.now(),
        )


def test_the_pages_of_a_release_with_a_broken_log_still_open(cast, client):
    release = full_release(cast)
    edit(release, 2, lambda body: body["data"].update(more=1))
    client.force_login(cast.sam)
    item = item_of(release, "configure-dns")
    for path in ("", "sign-off/", "history/"):
        assert client.get(f"/releases/{release.pk}/{path}").status_code == 200, path
    for path in ("/", "/projects/payments/", f"/items/{item.pk}/", "/probes/"):
        assert client.get(path).status_code == 200, path


def test_the_installations_chain_deleted_whole_is_found(cast):
    full_release(cast)
    with guard_off():
        AuditEvent.objects.filter(chain__key="installation").delete()
        AuditChain.objects.filter(key="installation").delete()
    assert ("auditchain", "installation", "row") in {
        (f.table, f.row, f.field) for f in verify_all().findings
    }


def test_a_releases_chain_deleted_whole_is_found(cast):
    release = full_release(cast)
    with guard_off():
        AuditEvent.objects.filter(chain=release.chain).delete()
        AuditChain.objects.filter(pk=release.chain.pk).delete()
    assert ("release", release.pk, "chain") in {
        (f.table, f.row, f.field) for f in verify_all().findings
    }


def test_events_that_changed_places_between_releases_are_found(cast):
    full_release(cast)
    one, two = Release.objects.filter(version__in=("2.3.0", "2.4.0"))
    with guard_off():
        for column in ("body", "hash", "prev_hash"):
            first, second = (
                AuditEvent.objects.filter(chain=each.chain, seq=2) for each in (one, two)
            )
            a, b = first.values_list(column, flat=True)[0], second.values_list(column, flat=True)[0]
            first.update(**{column: b})
            second.update(**{column: a})
    found = {(f.table, f.field) for f in verify_all().findings}
    assert {("auditevent", "prev_hash"), ("auditevent", "chain_id")} <= found


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's triggers")
@pytest.mark.parametrize(
    "disarmed",
    [
        "BEFORE DELETE OR UPDATE ON checklists_auditevent FOR EACH ROW WHEN (false)",
        "BEFORE DELETE ON checklists_auditevent FOR EACH ROW",
        "BEFORE DELETE OR UPDATE OF id ON checklists_auditevent FOR EACH ROW",
        "AFTER DELETE OR UPDATE ON checklists_auditevent FOR EACH STATEMENT",
    ],
)
def test_a_trigger_that_is_there_and_does_nothing_counts_as_missing(cast, disarmed):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_event_no_change ON checklists_auditevent")
        cursor.execute(
            f"CREATE TRIGGER audit_event_no_change {disarmed} EXECUTE FUNCTION audit_refuse()"
        )
        cursor.execute(
            "ALTER TABLE checklists_auditevent ENABLE ALWAYS TRIGGER audit_event_no_change"
        )
    assert [f.row for f in verify_all().findings if f.table == "trigger"] == [
        "audit_event_no_change"
    ]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's functions")
def test_a_function_of_the_guard_with_other_settings_counts_as_missing(cast):
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION audit_event_check() SET search_path = elsewhere, public")
    assert [f.row for f in verify_all().findings if f.table == "trigger"] == ["audit_event_link"]
