"""Who may watch: the same answers as everywhere else, found without Django's middleware."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from checklists.errors import NotAllowed, NotVisible, Unauthenticated
from checklists.models import ApiToken, Membership, Person, Release
from checklists.stream.access import WrongHost, still_allowed, viewer_of
from checklists.stream.source import Ask, Viewer
from tests.stream.serving import bearer
from tests.stream.world import make_token, sign_in

pytestmark = pytest.mark.django_db


def ask(release_id: int, credentials: dict[str, str], host: str = "testserver") -> Viewer:
    headers = {name.lower(): value for name, value in credentials.items()}
    return viewer_of(Ask(release_id, headers={"host": host, **headers}))


@pytest.mark.parametrize("name", ["olga", "marta", "priya", "sam", "ada", "vic"])
def test_every_member_may_watch_by_session_and_by_token(cast, release, name):
    person = getattr(cast, name)
    assert ask(release.pk, sign_in(person)).person_id == person.pk
    assert ask(release.pk, bearer(make_token(person))).person_id == person.pk


def test_an_outsider_sees_nothing(release, mallory):
    for credentials in (sign_in(mallory), bearer(make_token(mallory))):
        for release_id in (release.pk, 987654):
            with pytest.raises(NotVisible):
                ask(release_id, credentials)


def test_a_token_of_another_project_sees_nothing_even_if_its_owner_would(
    release, priya, other_project
):
    token = make_token(priya)
    ApiToken.objects.update(project=other_project)
    with pytest.raises(NotVisible):
        ask(release.pk, bearer(token))


def test_a_token_needs_the_scope_read(release, priya):
    with pytest.raises(NotAllowed, match="read"):
        ask(release.pk, bearer(make_token(priya, scopes=["items"])))


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"Cookie": "readiness_session=nonsense"},
        {"Cookie": "readiness_session="},
        {"Cookie": ";;=;"},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer rdy_nonsense"},
        {"Authorization": "Bearer rdy_no_such"},
        {"Authorization": "Basic cHJpeWE6eA=="},
    ],
)
def test_nobody_gets_nothing(release, credentials):
    with pytest.raises(Unauthenticated):
        ask(release.pk, credentials)


def test_a_wrong_token_is_not_saved_by_a_good_session(release, priya):
    with pytest.raises(Unauthenticated):
        ask(release.pk, {**sign_in(priya), **bearer("rdy_no_such")})


@pytest.mark.parametrize(
    "spoilt",
    [{"expires_at": timezone.now() - timedelta(days=1)}, {"revoked_at": timezone.now()}],
)
def test_a_token_that_is_over_or_revoked_opens_nothing(release, priya, spoilt):
    with pytest.raises(Unauthenticated):
        ask(release.pk, bearer(make_token(priya, **spoilt)))


def test_a_token_with_another_secret_opens_nothing(release, priya):
    with pytest.raises(Unauthenticated):
        ask(release.pk, bearer(make_token(priya)[:-1] + "x"))


def test_a_deactivated_person_gets_nothing(release, vic):
    held = (sign_in(vic), bearer(make_token(vic)))
    Person.objects.filter(pk=vic.pk).update(is_active=False)
    for credentials in held:
        with pytest.raises(Unauthenticated):
            ask(release.pk, credentials)


def test_a_session_from_before_a_change_of_password_opens_nothing(release, vic):
    credentials = sign_in(vic)
    vic.set_password("another long sentence")
    vic.save()
    with pytest.raises(Unauthenticated):
        ask(release.pk, credentials)


def test_a_session_signed_with_an_older_key_still_opens_and_is_not_rewritten(
    release, vic, settings
):
    credentials = sign_in(vic)
    before = list(Session.objects.values_list("session_key", "session_data"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the-next-key-" + "0123456789" * 5
    assert ask(release.pk, credentials).person_id == vic.pk
    assert list(Session.objects.values_list("session_key", "session_data")) == before


def test_a_session_that_is_over_opens_nothing(release, vic):
    credentials = sign_in(vic)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Unauthenticated):
        ask(release.pk, credentials)


@pytest.mark.parametrize("host", ["elsewhere.example", "", "testserver.elsewhere.example"])
def test_a_request_for_another_host_is_refused(release, vic, host):
    with pytest.raises(WrongHost):
        ask(release.pk, sign_in(vic), host=host)


def test_those_who_still_may_are_found_with_one_query_a_table(
    release, cast, django_assert_num_queries
):
    watching = {
        ask(release.pk, each)
        for person in (cast.olga, cast.marta, cast.ada, cast.vic)
        for each in (sign_in(person), bearer(make_token(person)))
    }
    with django_assert_num_queries(4):
        assert still_allowed(watching) == watching


def test_who_lost_session_token_membership_or_account_is_found(release, cast):
    by_session = {person: ask(release.pk, sign_in(person)) for person in (cast.olga, cast.vic)}
    by_token = {p: ask(release.pk, bearer(make_token(p))) for p in (cast.olga, cast.priya)}
    member, active = ask(release.pk, sign_in(cast.sam)), ask(release.pk, sign_in(cast.ada))
    stays = ask(release.pk, sign_in(cast.marta))
    watching = {*by_session.values(), *by_token.values(), member, active, stays}

    Session.objects.get(pk=by_session[cast.olga].credential.key).delete()
    cast.vic.set_password("another long sentence")
    cast.vic.save()
    ApiToken.objects.filter(person=cast.olga).update(revoked_at=timezone.now())
    ApiToken.objects.filter(person=cast.priya).update(expires_at=timezone.now())
    Membership.objects.filter(person=cast.sam).delete()
    cast.ada.is_active = False
    cast.ada.save()

    assert still_allowed(watching) == {stays}


def test_a_membership_of_another_project_does_not_help(cast, release):
    viewer = ask(release.pk, sign_in(cast.priya))
    foreign = Viewer(cast.mallory.pk, release.pk, viewer.credential)
    assert still_allowed({foreign}) == set()
    assert Release.objects.count() == 1
