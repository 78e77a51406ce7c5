"""Watching a release: to have it first, and to be told what is new since one looked.

A preference of one person, so no event is written: docs/adr/0013. Nobody watches by being assigned
or by signing; what waits for somebody is in their work anyway.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.errors import NotAllowed
from checklists.models import Person, Release, Watch
from checklists.operations.transactions import operation
from checklists.permissions import require


@operation
def watch_release(release: Release, *, actor: Actor) -> Watch:
    """Follow a release from now on. Watching again changes nothing.

    Raises NotVisible; NotAllowed for anybody but a person.
    """
    person = _reader(release, actor)
    watch, _made = Watch.objects.get_or_create(
        person=person, release=release, defaults={"seen_seq": release.chain.head_seq}
    )
    return watch


@operation
def unwatch_release(release: Release, *, actor: Actor) -> None:
    """Follow it no longer. One that was not watched is fine. Raises as `watch_release` does."""
    Watch.objects.filter(person=_reader(release, actor), release=release).delete()


@operation
def see_release(release: Release, *, actor: Actor, seq: int) -> None:
    """Somebody has read a release's history up to that event; never less far than before.

    Changes nothing for who does not watch it. Raises as `watch_release` does.
    """
    upto = min(seq, release.chain.head_seq)
    Watch.objects.filter(person=_reader(release, actor), release=release, seen_seq__lt=upto).update(
        seen_seq=upto
    )


def _reader(release: Release, actor: Actor) -> Person:
    require(actor, "read", release.project)
    if actor.in_person is None:
        raise NotAllowed(_("Only a person may do this."), code="needs_person")
    return actor.in_person
