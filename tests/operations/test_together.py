"""Being named, watching, and not being seen: what is told to people, and is theirs alone."""

from __future__ import annotations

import json

import pytest

from checklists.actors import Actor, Via
from checklists.audit.verify import verify_release
from checklists.errors import NotAllowed, NotVisible
from checklists.models import ApiToken, AuditEvent, Mention, Person, Release, Watch
from checklists.operations.items import tick_item
from checklists.operations.mentions import see_mentions, unseen_mentions
from checklists.operations.planning import comment_item
from checklists.operations.preferences import set_own_presence
from checklists.operations.tokens import create_token
from checklists.operations.watching import see_release, unwatch_release, watch_release
from tests.checklist_data import item_of
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db


def act(person):
    return Actor.of_person(person)


def comment(release, author, text):
    return comment_item(item_of(release, "configure-dns"), actor=act(author), text=text)


def named_in_event(release) -> object:
    body = AuditEvent.objects.filter(chain__release=release).order_by("-seq")[0].body
    return json.loads(body)["data"].get("mentions")


def fresh(release) -> Release:
    return Release.objects.for_page().get(pk=release.pk)


def test_members_who_are_named_are_told_and_stand_in_the_event(cast, release):
    said = comment(release, cast.priya, "@Sam and @marta reis: is @Sam sure?")
    assert [m.person for m in said.mentions.order_by("pk")] == [cast.sam, cast.marta]
    assert named_in_event(release) == [cast.sam.pid, cast.marta.pid]
    assert verify_release(fresh(release)).findings == []


def test_outsiders_the_deactivated_and_oneself_are_just_text(cast, release):
    said = comment(release, cast.priya, "@Mallory @Dana @Rut @Priya @nobody")
    assert not said.mentions.exists()
    assert named_in_event(release) is None


def test_a_mention_is_lost_with_its_event(cast, release, log_fails):
    log_fails()
    with changes_nothing(OSError):
        comment(release, cast.priya, "@Sam?")


def test_who_may_not_comment_tells_nobody(cast, release):
    with changes_nothing(NotAllowed):
        comment(release, cast.vic, "@Sam?")


def test_seeing_is_each_ones_own_and_leaves_no_event(cast, release):
    said = comment(release, cast.priya, "@Sam @Marta")
    events = AuditEvent.objects.count()
    assert see_mentions(actor=act(cast.sam), item=said.item) == 1
    assert list(unseen_mentions(cast.sam)) == []
    assert unseen_mentions(cast.marta).count() == 1
    before = everything()
    assert see_mentions(actor=act(cast.sam)) == 0
    assert everything() == before
    assert AuditEvent.objects.count() == events


def test_a_mention_of_another_item_is_not_seen_with_it(cast, release):
    comment(release, cast.priya, "@Sam")
    see_mentions(actor=act(cast.sam), item=item_of(release, "configure-cdn"))
    assert Mention.objects.get().seen_at is None


def test_watching_twice_is_watching_once(cast, release):
    release = fresh(release)
    watch_release(release, actor=act(cast.vic))
    before = everything()
    watch_release(release, actor=act(cast.vic))
    assert everything() == before
    assert Watch.objects.get().seen_seq == release.chain.head_seq
    unwatch_release(release, actor=act(cast.vic))
    assert not Watch.objects.exists()
    before = everything()
    unwatch_release(release, actor=act(cast.vic))
    assert everything() == before


def test_what_was_read_stays_read_and_nobody_reads_ahead(cast, release):
    watch_release(fresh(release), actor=act(cast.vic))
    tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    for seq, then in ((10**9, 2), (1, 2)):
        see_release(fresh(release), actor=act(cast.vic), seq=seq)
        assert Watch.objects.get().seen_seq == then
    before = everything()
    see_release(fresh(release), actor=act(cast.marta), seq=2)
    assert everything() == before


def test_none_of_it_writes_an_event(cast, release):
    events = AuditEvent.objects.count()
    watch_release(fresh(release), actor=act(cast.vic))
    see_release(fresh(release), actor=act(cast.vic), seq=1)
    unwatch_release(fresh(release), actor=act(cast.vic))
    set_own_presence(False, actor=act(cast.vic))
    assert AuditEvent.objects.count() == events


CALLS = {
    "watch": lambda release, actor: watch_release(release, actor=actor),
    "unwatch": lambda release, actor: unwatch_release(release, actor=actor),
    "see": lambda release, actor: see_release(release, actor=actor, seq=1),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_outsiders_watch_nothing(call, cast, release):
    with changes_nothing(NotVisible):
        call(fresh(release), act(cast.mallory))


def test_only_people_have_preferences(cast, release):
    token, _ = create_token(cast.project, "ci", ["read", "items"], actor=act(cast.priya))
    by_token = Actor.of_token(ApiToken.objects.select_related("person", "project").get(pk=token.pk))
    for call in CALLS.values():
        with changes_nothing(NotAllowed):
            call(fresh(release), by_token)
    for actor in (by_token, Actor.of_system(Via.COMMAND)):
        with changes_nothing(NotAllowed):
            see_mentions(actor=actor)
        with changes_nothing(NotAllowed):
            set_own_presence(False, actor=actor)


def test_presence_is_ones_own(cast):
    set_own_presence(False, actor=act(cast.sam))
    hidden = Person.objects.filter(shows_presence=False)
    assert [person.pid for person in hidden] == [cast.sam.pid]
    before = everything()
    set_own_presence(False, actor=act(cast.sam))
    assert everything() == before
