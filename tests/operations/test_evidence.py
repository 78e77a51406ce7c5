"""Evidence: both dates, versions, withdrawing, and what the gate makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.digests import section_digests
from checklists.errors import Conflict, Invalid, NotAllowed, ReleaseClosed
from checklists.files.store import name_of, the_store
from checklists.gate.items import of_item
from checklists.models import Evidence, Item, Release
from checklists.operations.deployments import abort_release
from checklists.operations.evidence import attach_evidence, attach_file, withdraw_evidence
from checklists.operations.items import tick_item
from checklists.state import ItemState
from tests.checklist_data import item_of
from tests.evidence_data import stored
from tests.operations.nothing import changes_nothing

pytestmark = pytest.mark.django_db
WHY = "It is of another service."


@pytest.fixture
def dns(release) -> Item:
    return item_of(release, "configure-dns")


def by(person) -> Actor:
    return Actor.of_person(person)


def state_of(item: Item) -> ItemState:
    """The item as its log has it."""
    state = current_state(Release.objects.get(pk=item.release_id))
    return next(each for each in state.items if each.id == item.pk)


def text(item: Item, person, content="Seen.", **options) -> Evidence:
    return attach_evidence(
        item, actor=by(person), kind=Evidence.Kind.TEXT, content=content, **options
    )


def test_a_file_is_attached_with_its_digest_size_type_and_both_dates(dns, priya):
    seen = timezone.now() - timedelta(days=3)
    facts = stored("dig.txt", b"192.0.2.1\n")
    evidence = attach_file(dns, actor=by(priya), file=facts, observed_at=seen)
    assert (evidence.kind, evidence.sha256, evidence.size) == ("file", facts.sha256, 10)
    assert (evidence.media_type, evidence.content.value) == ("text/plain", "dig.txt")
    assert evidence.observed_at == seen
    assert evidence.attached_at - seen >= timedelta(days=3)
    assert state_of(dns).held_evidence[0].covered == f"{evidence.digest}:{facts.sha256}"


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "future"), (3700, "long_ago"), (700_000, "long_ago")]
)
def test_nothing_is_observed_in_the_future_or_absurdly_long_ago(days, code, dns, priya):
    with changes_nothing(Invalid) as refused:
        text(dns, priya, observed_at=timezone.now() - timedelta(days=days))
    assert refused.value.code in (code, "bad_time")


def test_a_file_is_no_text(dns, priya):
    with changes_nothing(Invalid) as refused:
        attach_evidence(dns, actor=by(priya), kind=Evidence.Kind.FILE, content="x")
    assert refused.value.code == "bad_kind"


def test_a_newer_version_counts_and_the_older_one_stays_in_sight(dns, priya, sam):
    first = text(dns, priya, "first")
    second = attach_file(dns, actor=by(sam), file=stored("b.txt", b"second"), replaces=first)
    assert [e.id for e in state_of(dns).held_evidence] == [second.pk]
    assert [e.id for e in state_of(dns).evidence] == [first.pk, second.pk]
    assert state_of(dns).evidence[1].replaces == first.pk


def test_only_the_newest_version_of_this_item_can_be_replaced(release, dns, priya):
    first = text(dns, priya, "first")
    second = text(dns, priya, "second", replaces=first)
    with changes_nothing(Conflict) as refused:
        text(dns, priya, "third", replaces=first)
    assert refused.value.code == "evidence_replaced"
    with changes_nothing(Invalid) as refused:
        text(item_of(release, "configure-cdn"), priya, "elsewhere", replaces=second)
    assert refused.value.code == "not_of_this_item"
    withdraw_evidence(second, actor=by(priya), reason=WHY)
    with changes_nothing(Conflict) as refused:
        text(dns, priya, "third", replaces=second)
    assert refused.value.code == "evidence_withdrawn"


def test_withdrawing_the_newest_version_brings_no_older_one_back(dns, priya):
    first = text(dns, priya, "first")
    second = text(dns, priya, "second", replaces=first)
    withdraw_evidence(second, actor=by(priya), reason=WHY)
    assert state_of(dns).held_evidence == ()
    assert len(state_of(dns).evidence) == 2


def test_who_attached_withdraws_and_so_does_a_release_manager(dns, priya, sam, olga, marta):
    given = text(dns, priya)
    for person in (sam, olga):
        with changes_nothing(NotAllowed):
            withdraw_evidence(given, actor=by(person), reason=WHY)
    withdraw_evidence(given, actor=by(marta), reason=WHY)
    given.refresh_from_db()
    assert given.withdrawn_at is not None


def test_withdrawing_needs_a_reason_and_an_open_release(release, dns, priya, marta):
    given = text(dns, priya)
    with changes_nothing(Invalid):
        withdraw_evidence(given, actor=by(priya), reason=" ")
    abort_release(release, actor=by(marta), reason="Not this one, after all.")
    with changes_nothing(ReleaseClosed):
        withdraw_evidence(given, actor=by(priya), reason=WHY)


def test_attaching_replacing_and_withdrawing_change_what_a_signature_covers(release, dns, priya):
    seen = []

    def digest() -> str:
        return "".join(section_digests(current_state(Release.objects.get(pk=release.pk))).values())

    seen.append(digest())
    first = attach_file(dns, actor=by(priya), file=stored("a.txt", b"first"))
    seen.append(digest())
    second = attach_file(dns, actor=by(priya), file=stored("a.txt", b"second"), replaces=first)
    seen.append(digest())
    withdraw_evidence(second, actor=by(priya), reason=WHY)
    seen.append(digest())
    assert len(set(seen)) == 4


def _asked(dns: Item, **fields) -> ItemState:
    """The item as a template that asks for evidence would have it."""
    return ItemState(**{**_fields(state_of(dns)), "evidence_required": True, **fields})


def _fields(state: ItemState) -> dict:
    return {name: getattr(state, name) for name in ItemState.__dataclass_fields__}


def _code(item: ItemState, release: Release) -> str | None:
    reason = of_item(item, current_state(Release.objects.get(pk=release.pk)), timezone.now(), {})
    return reason.code if reason else None


def test_evidence_that_is_withdrawn_or_of_another_kind_is_missing(release, dns, priya):
    tick_item(dns, actor=by(priya))
    assert _code(_asked(dns), release) == "evidence_missing"
    given = text(dns, priya)
    assert _code(_asked(dns), release) is None
    assert _code(_asked(dns, evidence_kind="file"), release) == "evidence_missing"
    withdraw_evidence(given, actor=by(priya), reason=WHY)
    assert _code(_asked(dns), release) == "evidence_missing"


def test_evidence_seen_too_long_before_the_go_live_is_stale(release, dns, priya):
    tick_item(dns, actor=by(priya))
    now = timezone.now()
    until_live = max(release.target_at - now, timedelta(0))
    days = until_live.days + 10
    text(dns, priya, "old", observed_at=now - timedelta(days=20))
    assert _code(_asked(dns, valid_for=f"{days}d"), release) == "evidence_stale"
    assert _code(_asked(dns), release) is None
    text(dns, priya, "new")
    assert _code(_asked(dns, valid_for=f"{days}d"), release) is None


def test_verifying_finds_files_that_are_missing_or_changed(release, dns, priya):
    facts = stored("a.txt", b"what was seen")
    evidence = attach_file(dns, actor=by(priya), file=facts)
    release = Release.objects.select_related("chain").get(pk=release.pk)
    assert verify_release(release).findings == []
    path = the_store().path(name_of(facts.sha256))
    with open(path, "r+b") as file:
        file.write(b"W")
    found = [str(f) for f in verify_release(release).findings]
    assert len(found) == 1
    assert f"evidence {evidence.pk}" in found[0]
    assert "other bytes" in found[0]
    the_store().delete(name_of(facts.sha256))
    (found,) = verify_release(release).findings
    assert (found.table, found.row, found.found) == ("evidence", evidence.pk, "it is missing")
