"""Signing: what is shown, what is signed, who must prove who they are, and what refuses."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.digests import decision_digest, section_digests
from checklists.models import Signoff
from checklists.operations.deployments import abort_release
from checklists.operations.items import tick_item, untick_item
from checklists.operations.one_off import add_item, remove_item
from checklists.operations.planning import comment_item, set_item_due
from checklists.operations.releases import set_release_target
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.operations.waivers import approve_waiver, request_waiver
from checklists.pages.fingerprint import grouped, picture
from checklists.state import Meaning
from checklists.views.reauthentication import authenticated_at
from tests.checklist_data import item_of, open_small_release, publish, small_tree
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
WHY = "The rotation of secrets failed in staging."


def sign_in(client, person, *, ago: timedelta = timedelta()):
    """Through the form, so that the session knows when the password was given."""
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    prove(client, {"method": "password", "at": time.time() - ago.total_seconds()})


def prove(client, *records):
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = list(records)
    session.save()


def url(release, role="security"):
    return f"/releases/{release.pk}/sign-off/?role={role}"


def fields(release, role="security", **more):
    digest = rule_digest_for(current_state(release), role)
    seq = current_state(release).seq
    return {"role": role, "meaning": "approve", "note": "", "digest": digest, "seq": seq, **more}


def post(client, release, **more):
    return client.post(f"/releases/{release.pk}/sign-off/", fields(release) | more)


def sign(release, person, role, meaning=Meaning.APPROVE, note=""):
    return sign_release(
        release,
        actor=Actor.of_person(person),
        role=role,
        meaning=meaning,
        digest=rule_digest_for(current_state(release), role),
        authenticated_at=timezone.now(),
        note=note,
    )


def test_a_holder_sees_the_digest_in_words_and_as_a_picture(cast, release, client):
    sign_in(client, cast.sam)
    answer = client.get(url(release))
    digest = rule_digest_for(current_state(release), "security")
    assert answer.status_code == 200
    assert " ".join(grouped(digest)) in answer.text
    assert picture(digest) in answer.text
    assert f'name="digest" value="{digest}"' in answer.text
    assert "You sign as Sam Okafor" in answer.text
    assert "Covers 2 items in 1 section" in answer.text


def test_the_page_is_kept_by_nobody_and_holds_no_style(cast, release, client):
    sign_in(client, cast.sam)
    answer = client.get(url(release))
    assert "no-store" in answer["Cache-Control"]
    assert "style=" not in answer.text
    assert "<script>" not in answer.text


def test_the_picture_draws_every_bit_once():
    assert picture("0" * 64) == ""
    assert picture("f" * 64).count("M") == 256
    assert picture("8" + "0" * 63) == "M0 0h1v1h-1z"
    assert picture("0" * 63 + "1") == "M15 15h1v1h-1z"
    with pytest.raises(ValueError, match="64 hex digits"):
        picture("abc")


def test_signing_with_a_fresh_password_signs_what_was_shown(cast, release, client):
    sign_in(client, cast.sam)
    answer = post(client, release, note="Looked at everything.")
    assert (answer.status_code, answer["Location"]) == (302, url(release))
    signoff = Signoff.objects.get()
    assert (signoff.person, signoff.role, signoff.meaning) == (cast.sam, "security", "approve")
    assert signoff.note.value == "Looked at everything."
    again = client.get(url(release)).text
    assert "Your signature is recorded." in again
    assert "Your signature counts" in again


def test_an_old_password_is_asked_for_again_and_the_note_waits(cast, release, client):
    sign_in(client, cast.sam, ago=timedelta(minutes=6))
    assert "You will confirm it is you" in client.get(url(release)).text
    answer = post(client, release, note="Looked at everything.")
    asked = urlsplit(answer["Location"])
    assert (answer.status_code, asked.path) == (302, "/accounts/reauthenticate/")
    assert parse_qs(asked.query) == {"next": [url(release)]}
    assert not Signoff.objects.exists()

    back = client.post(answer["Location"], {"password": PASSWORD, "next": url(release)})
    assert (back.status_code, back["Location"]) == (302, url(release))
    assert not Signoff.objects.exists(), "what was posted is not sent again"
    page = client.get(url(release)).text
    assert "Looked at everything." in page
    assert "You confirmed it is you" in page
    assert "Looked at everything." not in client.get(url(release)).text

    assert post(client, release).status_code == 302
    assert Signoff.objects.count() == 1


def test_a_session_without_a_proof_cannot_sign(cast, release, client):
    client.force_login(cast.sam)
    assert post(client, release)["Location"].startswith("/accounts/reauthenticate/")
    assert not Signoff.objects.exists()


@pytest.mark.parametrize(
    ("record", "counts"),
    [
        ({"method": "password"}, True),
        ({"method": "password", "reauthenticated": True}, True),
        ({"method": "mfa", "type": "totp", "id": 1}, True),
        ({"method": "mfa", "type": "recovery_codes", "id": 2}, False),
        ({"method": "password_reset"}, False),
        ({"method": "socialaccount", "provider": "elsewhere"}, False),
        ({"method": "code"}, False),
    ],
)
def test_only_a_password_or_a_one_time_code_proves_who_signs(record, counts, cast, client, rf):
    sign_in(client, cast.sam)
    now = time.time()
    prove(client, {**record, "at": now})
    request = rf.get("/")
    request.session, request.user = client.session, cast.sam
    proved = authenticated_at(request)
    assert proved == (datetime.fromtimestamp(now, UTC) if counts else None)


def test_the_proof_of_somebody_else_in_the_same_session_does_not_count(cast, client, rf):
    sign_in(client, cast.sam)
    request = rf.get("/")
    request.session, request.user = client.session, cast.marta
    assert authenticated_at(request) is None


def test_what_changed_meanwhile_is_shown_and_nothing_is_signed(cast, release, client):
    sign_in(client, cast.sam)
    read = fields(release, note="Looked at everything.")
    tick_item(item_of(release, "rotate-secrets"), actor=Actor.of_person(cast.priya))
    answer = client.post(f"/releases/{release.pk}/sign-off/", read)
    assert answer.status_code == 409
    assert not Signoff.objects.exists()
    new = rule_digest_for(current_state(release), "security")
    assert new != read["digest"]
    assert f'name="digest" value="{new}"' in answer.text
    assert "The release changed while you read it" in answer.text
    assert "Priya Raman ticked: Open to Done" in answer.text
    assert "Looked at everything.</textarea>" in answer.text

    again = fields(release, note="Looked at everything.")
    assert client.post(f"/releases/{release.pk}/sign-off/", again).status_code == 302
    assert Signoff.objects.get().note.value == "Looked at everything."


def test_the_digest_of_the_whole_release_signs_as_well(cast, release, client):
    sign_in(client, cast.sam)
    everything = decision_digest(section_digests(current_state(release)))
    assert post(client, release, digest=everything).status_code == 302
    assert Signoff.objects.count() == 1


def test_a_rejection_says_why_in_a_sentence(cast, release, client):
    sign_in(client, cast.sam)
    short = post(client, release, meaning="reject", note="No.")
    assert short.status_code == 422
    assert "at least 20 characters" in short.text
    assert 'aria-invalid="true"' in short.text
    assert "No.</textarea>" in short.text
    assert not Signoff.objects.exists()
    assert post(client, release, meaning="reject", note=WHY).status_code == 302
    page = client.get(url(release)).text
    assert "You rejected the release" in page
    assert WHY in page


def test_a_signature_means_one_of_two_things(cast, release, client):
    sign_in(client, cast.sam)
    assert post(client, release, meaning="perhaps").status_code == 422
    assert not Signoff.objects.exists()


def test_who_holds_no_role_sees_who_may_sign_and_cannot(cast, release, client):
    sign_in(client, cast.priya)
    page = client.get(url(release))
    assert page.status_code == 200
    assert "You do not hold this role" in page.text
    assert "Security is signed by Sam Okafor" in page.text
    assert 'name="meaning"' not in page.text
    assert post(client, release).status_code == 403
    assert not Signoff.objects.exists()


def test_a_role_without_a_holder_says_so(cast, release, client):
    cast.release_management.holders.all().delete()
    sign_in(client, cast.sam)
    page = client.get(url(release, "release-manager")).text
    assert "Nobody can sign for Release manager yet" in page
    assert "Nobody holds this role" in page


def test_without_a_role_named_the_page_is_about_ones_own(cast, release, client):
    sign_in(client, cast.marta)
    page = client.get(f"/releases/{release.pk}/sign-off/").text
    assert "You sign as Marta Reis, Release manager" in page


def test_only_what_touches_ones_sections_is_listed_as_changed(cast, release, client):
    sign(release, cast.sam, "security")
    act = Actor.of_person(cast.priya)
    tick_item(item_of(release, "rotate-secrets"), actor=act, reason="Done by hand on Friday.")
    untick_item(item_of(release, "rotate-secrets"), actor=act)
    comment_item(item_of(release, "audit-access"), actor=act, text="Nothing to see.")
    tick_item(item_of(release, "configure-dns"), actor=act)
    sign_in(client, cast.sam)
    page = client.get(url(release)).text
    changes = page[page.index('id="new"') : page.index('id="open"')]
    assert "Your last signature is stale" in page
    assert "ticked: Open to Done" in changes
    assert "Reason: Done by hand on Friday." in changes
    assert "unticked: Done to Open" in changes
    assert "Nothing to see." not in changes
    assert "Configure DNS" not in changes


def test_what_came_and_went_since_the_signature_is_listed(cast, release, client):
    sign(release, cast.sam, "security")
    marta, checklist = Actor.of_person(cast.marta), release.checklists.get()
    add_item(checklist, actor=marta, group="infrastructure/network", title="Paint it")
    item = add_item(checklist, actor=marta, group="security/secrets", title="Tell the bank")
    sign_in(client, cast.sam)
    assert "Tell the bank" in _news(client.get(url(release)).text)
    remove_item(item, actor=marta, reason="The bank knows.")
    news = _news(client.get(url(release)).text)
    assert "took the item out" in news
    assert "The bank knows." in news
    assert "Paint it" not in news


def _news(page: str) -> str:
    """What the page lists as changed since the signature."""
    return page[page.index('id="new"') : page.index('id="open"')]


def test_the_gates_button_names_the_sections_that_changed_by_their_titles(cast, release, client):
    sign(release, cast.sam, "security")
    tick_item(item_of(release, "rotate-secrets"), actor=Actor.of_person(cast.priya))
    sign_in(client, cast.sam)
    page = client.get(f"/releases/{release.pk}/").text
    assert "Security: 0 of 1 signed; changed since: Security." in page


def test_signing_accepts_waivers_and_names_them(cast, release, client):
    soon = timezone.now() + timedelta(days=10)
    set_release_target(release, actor=Actor.of_person(cast.marta), target_at=soon)
    waiver = request_waiver(
        item_of(release, "rotate-secrets"),
        actor=Actor.of_person(cast.priya),
        reason="The vault moves next week anyway.",
        expires_at=soon + timedelta(days=30),
    )
    approve_waiver(waiver, actor=Actor.of_person(cast.marta))
    sign_in(client, cast.sam)
    page = client.get(url(release)).text
    accepted = page[page.index("you accept by signing") :]
    assert "Rotate secrets" in accepted
    assert "The vault moves next week anyway." in accepted
    assert "Approved by Marta Reis." in accepted
    assert "I accept the waiver above." in accepted


def test_who_answered_items_there_is_warned(cast, release, client):
    tick_item(item_of(release, "rotate-secrets"), actor=Actor.of_person(cast.sam))
    sign_in(client, cast.sam)
    assert "You answered 1 item in these sections yourself" in client.get(url(release)).text


def test_one_person_fills_one_role(cast, release, client):
    cast.security.holders.create(person=cast.marta)
    sign(release, cast.marta, "release-manager")
    sign_in(client, cast.marta)
    assert "You signed as Release manager already" in client.get(url(release)).text
    assert post(client, release).status_code == 409
    assert Signoff.objects.count() == 1


def test_a_signature_is_withdrawn_by_its_signer_with_a_reason(cast, release, client):
    signoff = sign(release, cast.sam, "security")
    path = f"/releases/{release.pk}/sign-off/withdraw/"
    client.force_login(cast.marta)
    assert client.post(path, {"signoff": signoff.pk, "reason": WHY}).status_code == 403
    client.force_login(cast.sam)
    assert client.post(path, {"signoff": signoff.pk}).status_code == 422
    assert client.post(path, {"signoff": signoff.pk, "reason": WHY}).status_code == 302
    signoff.refresh_from_db()
    assert signoff.withdrawn_at is not None
    assert "You withdrew your signature" in client.get(url(release)).text


def test_a_signature_of_another_release_is_not_found_here(cast, release, client):
    other = open_small_release(cast, "2.5.0", publish(small_tree(), "other"))
    signoff = sign(other, cast.sam, "security")
    client.force_login(cast.sam)
    path = f"/releases/{release.pk}/sign-off/withdraw/"
    assert client.post(path, {"signoff": signoff.pk, "reason": WHY}).status_code == 404


def test_a_release_that_is_over_cannot_be_signed(cast, release, client):
    abort_release(release, actor=Actor.of_person(cast.marta), reason="Not this quarter.")
    sign_in(client, cast.sam)
    page = client.get(url(release)).text
    assert "The release is over" in page
    assert 'name="meaning"' not in page
    assert post(client, release).status_code == 409


def test_the_number_of_queries_does_not_grow_with_events(cast, release, client):
    sign(release, cast.sam, "security")
    sign_in(client, cast.sam)
    numbers = []
    for _ in range(2):
        for _ in range(6):
            item = item_of(release, "rotate-secrets")
            tick_item(item, actor=Actor.of_person(cast.priya), reason="Seen again.")
            untick_item(item, actor=Actor.of_person(cast.sam), reason="Broken again.")
        client.get(url(release))
        with CaptureQueriesContext(connection) as queries:
            assert "Broken again." in client.get(url(release)).text
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 16


def test_what_is_to_settle_is_counted_as_on_the_page_of_the_release(cast, release, client):
    sign_in(client, cast.sam)
    page = url(release, "release-manager")
    assert "In these sections: 3 items to settle" in client.get(page).text
    dns = item_of(release, "infrastructure/network/configure-dns")
    set_item_due(dns, actor=Actor.of_person(cast.priya), due=timezone.now() - timedelta(days=1))
    assert "In these sections: 1 blocker, 2 more to settle" in client.get(page).text
    assert "Not ready: 1 blocker" in client.get(f"/releases/{release.pk}/").text
