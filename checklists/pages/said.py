"""What somebody just did, as a note in the corner of everybody else's page."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from django.template.loader import render_to_string

from checklists.models import AuditEvent
from checklists.pages.events import event_line, pids_of
from checklists.pages.people import faces_of
from checklists.pages.snapshot import Snapshot

MOST_NOTES = 3
"""More events of one moment become one note that counts them."""


def said_frames(
    snapshot: Snapshot, events: Sequence[tuple[AuditEvent, Collection[int]]]
) -> list[tuple[str, str]]:
    """A note for each event that touches an item of the page: who did it (a pid), and its HTML.

    What nobody did in person (a probe) is no note: it shows where it happened.
    """
    told = [
        (event, snapshot.rows[item_id], pid)
        for event, item_ids in events
        for item_id in item_ids
        if item_id in snapshot.rows and (pid := _pid(event))
    ]
    if len(told) > MOST_NOTES:
        pids = {pid for _, _, pid in told}
        return [(pids.pop() if len(pids) == 1 else "", _note({"count": len(told)}))]
    faces = faces_of(pids_of([event for event, _, _ in told])) if told else {}
    return [
        (pid, _note({"line": event_line(event, faces, snapshot.roles.names), "row": row}))
        for event, row, pid in told
    ]


def _pid(event: AuditEvent) -> str:
    pid: str = json.loads(event.body)["actor"].get("pid", "")
    return pid


def _note(context: dict[str, object]) -> str:
    return render_to_string("checklists/_toast_said.html", context).strip()
