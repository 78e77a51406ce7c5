"""What waits for somebody because of a role they hold: signatures, and speaking in the room."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from checklists.gate.signoffs import Standing
from checklists.models import Release
from checklists.pages.duties import Duties
from checklists.pages.words import SECTIONS, counted, short_day
from checklists.pages.work_lines import CALL, SIGN, Task
from checklists.pages.work_reader import Reader


def role_tasks(reader: Reader) -> Iterator[Task]:
    """The signatures the person may give, and the meetings in which a role of theirs is silent."""
    for release in reader.releases.values():
        held = reader.held.get(release.project_id, {})
        if not held:
            continue
        duties = reader.duties[release.pk]
        for standing in duties.standings:
            if standing.role in held:
                name = held[standing.role]
                if _waits_for(reader.person.pid, standing, duties):
                    yield _signature(release, name, standing, reader)
                if duties.meeting and not duties.has_spoken(standing.role):
                    yield _call(release, name, reader)


def _waits_for(pid: str, standing: Standing, duties: Duties) -> bool:
    """Whether a signature of the role is missing that this holder has not given or refused.

    Nobody fills two roles in a release; and a rejection says what there is to say until something
    in its sections changes.
    """
    if standing.met >= standing.required or any(s.person == pid for s in standing.counted):
        return False
    if duties.signed_as(pid) not in ("", standing.role):
        return False
    own = [signoff for signoff in standing.rejecting if signoff.person == pid]
    return all(duties.has_changed(signoff, standing) for signoff in own)


def _signature(release: Release, name: str, standing: Standing, reader: Reader) -> Task:
    again = bool(standing.stale)
    changed = counted(len(standing.changed_sections), SECTIONS)
    return Task(
        kind=SIGN,
        release=release.pk,
        url=f"/releases/{release.pk}/sign-off/",
        title=(_("Sign again as %(name)s") if again else _("Sign as %(name)s")) % {"name": name},
        note=_("%(release)s, %(changed)s changed") % {"release": release, "changed": changed}
        if again
        else str(release),
        css="st-stale" if again else "st-open",
        glyph="stamp",
        due=short_day(release.target_at, reader.now),
        late=release.target_at < reader.now,
        order=(release.target_at >= reader.now, release.target_at),
    )


def _call(release: Release, name: str, reader: Reader) -> Task:
    return Task(
        kind=CALL,
        release=release.pk,
        url=f"/releases/{release.pk}/room/",
        title=_("Say go or no-go for %(name)s") % {"name": name},
        note=_("%(release)s, the meeting has begun") % {"release": release},
        css="st-open",
        glyph="users",
        due=short_day(release.target_at, reader.now),
        late=release.target_at < reader.now,
        order=(release.target_at >= reader.now, release.target_at),
    )
