"""My work: what waits for somebody in all their releases, and nothing that does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.gate.signoffs import signoff_standing
from checklists.models import Item, Mention, Release, Role, Template, Watch
from checklists.operations import deployments, items, meeting, one_off, signoffs, waivers
from checklists.operations.planning import assign_item, comment_item, set_item_due
from checklists.operations.releases import set_release_target
from checklists.operations.signoffs import withdraw_signoff
from checklists.pages import duties
from checklists.pages.duties import duties_of
from checklists.pages.loading import forget_all
from checklists.pages.work import waiting_for, work_of
from checklists.state import Call, Meaning
from tests.checklist_data import item_of, open_small_release
from tests.factories import MembershipFactory, RoleHolderFactory
from tests.operations.release_cases import REASON, act, ready, sign

pytestmark = pytest.mark.django_db


def lines(person, kind: str) -> list[str]:
    return [task.title for task in work_of(person).of_kind(kind)]


def give(release, ending, to, cast):
    return assign_item(item_of(release, ending), to=to, actor=act(cast.marta))


def ask(release, ending, cast):
    """A waiver beyond the target, which is moved into this year."""
    set_release_target(
        release, actor=act(cast.marta), target_at=timezone.now() + timedelta(days=30)
    )
    return waivers.request_waiver(
        item_of(release, ending),
        actor=act(cast.priya),
        reason=REASON,
        expires_at=timezone.now() + timedelta(days=40),
    )


@pytest.fixture
def other(cast, release) -> Release:
    return open_small_release(cast, "3.0.0", Template.objects.get())


def test_items_of_all_releases_late_first(cast, release, other):
    give(release, "configure-cdn", cast.sam, cast)
    give(other, "configure-cdn", cast.security, cast)
    give(other, "rotate-secrets", cast.priya, cast)
    late = give(other, "audit-access", cast.sam, cast)
    set_item_due(late, actor=act(cast.marta), due=timezone.now() - timedelta(days=1))
    found = work_of(cast.sam).of_kind("items")
    assert [(task.title, task.release, task.late) for task in found] == [
        ("Audit secret access", other.pk, True),
        ("Configure CDN", release.pk, False),
        ("Configure CDN", other.pk, False),
    ]
    assert found[0].url == f"/releases/{other.pk}/#item-{late.pk}"


def test_what_is_settled_does_not_apply_is_gone_or_comes_later_waits_for_nobody(cast, release):
    for ending in ("configure-dns", "configure-cdn", "rotate-secrets", "audit-access"):
        give(release, ending, cast.sam, cast)
    give(release, "review-logs", cast.sam, cast)
    own = one_off.add_item(
        release.checklists.get(), actor=act(cast.marta), group="security/secrets", title="Call"
    )
    assign_item(own, to=cast.sam, actor=act(cast.marta))
    assert "Call" in lines(cast.sam, "items")
    assert "Review logs" not in lines(cast.sam, "items")
    items.tick_item(item_of(release, "configure-dns"), actor=act(cast.sam))
    items.mark_not_applicable(item_of(release, "configure-cdn"), actor=act(cast.sam), reason=REASON)
    waivers.approve_waiver(ask(release, "rotate-secrets", cast), actor=act(cast.marta))
    one_off.remove_item(own, actor=act(cast.marta), reason=REASON)
    assert lines(cast.sam, "items") == ["Audit secret access"]


def test_after_the_deployment_what_follows_it_waits(cast, release):
    give(release, "review-logs", cast.sam, cast)
    give(release, "audit-access", cast.sam, cast)
    ready(cast, release)
    deployments.deploy_release(release, actor=act(cast.marta))
    assert lines(cast.sam, "items") == ["Review logs"]
    deployments.roll_back_release(release, actor=act(cast.marta), reason=REASON)
    assert work_of(cast.sam).tasks == []


def test_a_signature_waits_until_it_counts_and_again_when_it_does_not(cast, release):
    assert lines(cast.sam, "signatures") == ["Sign as Security"]
    sign(cast, release, act(cast.sam))
    assert lines(cast.sam, "signatures") == []
    items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    assert lines(cast.sam, "signatures") == []
    items.tick_item(item_of(release, "rotate-secrets"), actor=act(cast.priya))
    (task,) = work_of(cast.sam).of_kind("signatures")
    assert (task.title, task.url) == ("Sign again as Security", f"/releases/{release.pk}/sign-off/")
    assert task.note == "Payments 2.4.0, 1 section changed"


def test_who_rejected_is_asked_again_only_when_something_changed(cast, release):
    digest = signoffs.rule_digest_for(signoffs.whole_state(release), "security")
    signoffs.sign_release(
        release,
        actor=act(cast.sam),
        role="security",
        meaning=Meaning.REJECT,
        digest=digest,
        authenticated_at=timezone.now(),
        note=REASON,
    )
    assert lines(cast.sam, "signatures") == []
    items.tick_item(item_of(release, "rotate-secrets"), actor=act(cast.priya))
    assert lines(cast.sam, "signatures") == ["Sign as Security"]


def test_nobody_is_asked_to_fill_two_roles(cast, release):
    RoleHolderFactory(role=cast.release_management, person=cast.sam)
    assert lines(cast.sam, "signatures") == ["Sign as Security", "Sign as Release manager"]
    signed = sign(cast, release, act(cast.sam))
    assert lines(cast.sam, "signatures") == []
    withdraw_signoff(signed, actor=act(cast.sam), reason=REASON)
    assert set(lines(cast.sam, "signatures")) == {"Sign as Security", "Sign as Release manager"}


def test_standings_are_those_of_the_gate(cast, release, other):
    def agree() -> None:
        releases = list(Release.objects.for_page())
        for pk, found in duties_of(releases).items():
            state = signoffs.whole_state(Release.objects.get(pk=pk))
            sections = signoffs.section_digests(state)
            stage = "deploy" if state.deployed_at is None else "close"
            assert found.standings == signoff_standing(state, stage, sections)

    agree()
    ready(cast, release)
    agree()
    one_off.add_item(
        release.checklists.get(), actor=act(cast.marta), group="security/secrets", title="Call"
    )
    agree()
    items.untick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    agree()
    sign(cast, release, act(cast.sam))
    agree()


def test_in_a_meeting_a_silent_role_is_asked(cast, release):
    assert lines(cast.marta, "calls") == []
    meeting.call_role(release, actor=act(cast.sam), role="security", says=Call.GO)
    assert lines(cast.sam, "calls") == []
    (task,) = work_of(cast.marta).of_kind("calls")
    assert task.url == f"/releases/{release.pk}/room/"


def test_a_waiver_waits_for_those_who_may_decide_it_and_nobody_else(cast, release):
    MembershipFactory(project=cast.project, person=cast.root, role=Role.CONTRIBUTOR)
    RoleHolderFactory(role=cast.release_management, person=cast.root)
    for ending in ("rotate-secrets", "configure-dns"):
        waiver = ask(release, ending, cast)
        for name in ("olga", "marta", "priya", "sam", "ada", "vic", "mallory", "root"):
            person = getattr(cast, name)
            may = waivers.may_decide(act(person), waiver.item) and person != cast.priya
            assert (waiver.item.title in lines(person, "waivers")) == may, (ending, name)


def test_a_waiver_of_an_item_that_no_longer_needs_one_waits_for_nobody(cast, release):
    ask(release, "rotate-secrets", cast)
    assert lines(cast.marta, "waivers") == ["Rotate secrets"]
    items.tick_item(item_of(release, "rotate-secrets"), actor=act(cast.priya))
    assert lines(cast.marta, "waivers") == []


def test_ones_own_waiver_that_ends_too_early_is_named(cast, release):
    early, late = ask(release, "rotate-secrets", cast), ask(release, "configure-dns", cast)

    for waiver in (early, late):
        waivers.approve_waiver(waiver, actor=act(cast.marta))
    assert lines(cast.priya, "ending") == []
    with time_machine.travel(timezone.now() + timedelta(days=38), tick=False):
        assert set(lines(cast.priya, "ending")) == {"Rotate secrets", "Configure DNS"}
        assert lines(cast.sam, "ending") == []
        items.tick_item(item_of(release, "rotate-secrets"), actor=act(cast.priya))
        assert lines(cast.priya, "ending") == ["Configure DNS"]


def test_a_mention_waits_until_the_item_is_opened(cast, release, client):
    dns = item_of(release, "configure-dns")
    comment_item(dns, actor=act(cast.priya), text="@Sam, is <b>this</b> right?")
    client.force_login(cast.sam)
    page = client.get("/my-work/").text
    assert "Priya Raman in Payments 2.4.0: @Sam, is &lt;b&gt;this&lt;/b&gt; right?" in page
    assert f'href="/releases/{release.pk}/#item-{dns.pk}"' in page
    assert '<span class="mention">@Sam</span>' in client.get(f"/items/{dns.pk}/").text
    assert Mention.objects.get().seen_at is not None
    assert lines(cast.sam, "mentions") == []


def test_whoever_is_called_otherwise_now_is_named_below_the_words(cast, release, client):
    dns = item_of(release, "configure-dns")
    comment_item(dns, actor=act(cast.priya), text="@Sam Okafor?")
    cast.sam.name, cast.sam.email = "Nia Obi", "nia@example.com"
    cast.sam.save()
    client.force_login(cast.priya)
    page = client.get(f"/items/{dns.pk}/").text
    assert "<p>@Sam Okafor?</p>" in page
    assert '<span class="mention">Nia Obi</span>' in page


def test_mentions_are_marked_as_seen_by_a_button(cast, release, client):
    dns = item_of(release, "configure-dns")
    for who in (cast.sam, cast.marta):
        comment_item(dns, actor=act(cast.priya), text=f"@{who.name}")
    client.force_login(cast.sam)
    assert client.post("/my-work/seen/", {"item": str(dns.pk)}).headers["Location"] == "/my-work/"
    assert list(Mention.objects.filter(seen_at=None)) == [Mention.objects.get(person=cast.marta)]
    client.force_login(cast.mallory)
    assert client.post("/my-work/seen/", {"item": str(dns.pk)}).status_code == 404


def test_who_left_the_project_has_no_work_in_it(cast, release, client):
    give(release, "configure-dns", cast.sam, cast)
    comment_item(item_of(release, "configure-dns"), actor=act(cast.priya), text="@Sam")
    Watch.objects.create(person=cast.sam, release=release, seen_seq=1)
    cast.sam.memberships.all().delete()
    work = work_of(cast.sam)
    assert (work.tasks, work.watched, waiting_for(cast.sam)) == ([], [], 0)


def test_the_number_in_the_head_is_that_of_the_page(cast, release, client):
    client.force_login(cast.sam)
    give(release, "configure-dns", cast.sam, cast)
    comment_item(item_of(release, "configure-dns"), actor=act(cast.priya), text="@Sam")
    answer = client.get("/my-work/waiting/")
    assert answer.text == "3"
    assert "3 things wait for you" in client.get("/my-work/").text
    assert "private" in answer.headers["Cache-Control"]
    client.force_login(cast.vic)
    assert client.get("/my-work/waiting/").text == ""


def test_the_lines_can_be_narrowed(cast, release, other, client):
    give(release, "configure-dns", cast.sam, cast)
    client.force_login(cast.sam)
    page = client.get("/my-work/?only=items").text
    assert "Configure DNS" in page
    assert "Sign as Security" not in page
    page = client.get(f"/my-work/?release={other.pk}").text
    assert "Sign as Security" in page
    assert "Configure DNS" not in page
    for strange in ("?only=x&release=²", "?release=" + "9" * 40, "?only=late&release=0"):
        assert client.get("/my-work/" + strange).status_code == 200


def test_what_others_did_since_one_looked_is_said(cast, release, client):
    client.force_login(cast.vic)
    path = f"/releases/{release.pk}/"
    assert client.post(path + "watch/").headers["Location"] == path
    dns = item_of(release, "configure-dns")
    items.tick_item(dns, actor=act(cast.priya))
    items.reopen_item(item_of(release, "configure-dns"), actor=act(cast.sam), reason=REASON)
    (watched,) = work_of(cast.vic).watched
    assert watched.words == "2 events, 1 item reopened, 1 item ticked"
    assert watched.words in client.get("/").text
    client.get(path)
    assert work_of(cast.vic).watched[0].words == "Nothing new"
    client.post(path + "unwatch/", {"back": "work"})
    assert work_of(cast.vic).watched == []


def test_what_one_did_oneself_is_not_new(cast, release):
    Watch.objects.create(person=cast.priya, release=release, seen_seq=1)
    items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    give(release, "configure-cdn", cast.priya, cast)
    assert work_of(cast.priya).watched[0].new == 1


def test_the_page_says_whether_one_watches_though_it_is_kept(cast, release, client):
    client.force_login(cast.vic)
    path = f"/releases/{release.pk}/"
    headers = {"Accept-Encoding": "gzip"}
    etag = client.get(path, headers=headers).headers["ETag"]
    client.post(path + "watch/")
    client.get("/my-work/")
    answer = client.get(path, headers={**headers, "If-None-Match": etag})
    assert answer.status_code == 200
    assert " watching" in client.get(path).text.partition("<body class=")[2][:200]
    assert "Stop watching" in client.get(path + "room/").text


def test_more_releases_and_items_take_no_more_queries(cast, release, client):
    def cost() -> int:
        forget_all()
        duties.forget_all()
        with CaptureQueriesContext(connection) as asked:
            client.get("/my-work/")
        return len(asked)

    client.force_login(cast.sam)
    sign(cast, release, act(cast.sam))
    give(release, "configure-dns", cast.sam, cast)
    Watch.objects.create(person=cast.sam, release=release)
    cost()
    before = cost()
    for number in range(4):
        further = open_small_release(cast, f"3.{number}.0", Template.objects.get())
        sign(cast, further, act(cast.sam))
        Watch.objects.create(person=cast.sam, release=further)
        for item in Item.objects.filter(release=further).select_related("release"):
            assign_item(item, to=cast.sam, actor=act(cast.marta))
            comment_item(item, actor=act(cast.priya), text="@Sam")
        ask(further, "rotate-secrets", cast)
    assert cost() == before
    assert before <= 32
