"""What a change of an item is answered with: its row, the counters, and a word of confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from checklists.models import Item, Release
from checklists.pages.loading import recent_snapshot
from checklists.pages.render import counter_frame, row_frames
from checklists.pages.snapshot import Snapshot
from checklists.views.htmx import asks_for_part

UNDO_SECONDS = 8


def item_answer(
    request: HttpRequest,
    item: Item,
    *,
    said: str,
    undo: bool = True,
    after: Item | None = None,
    same: str = "",
) -> HttpResponse:
    """The answer to a change of `item`, which the caller read before it.

    For htmx the same frames that the stream sends to everybody else; otherwise back to the row.
    `same` is said if nothing changed. `after` is the item as the operation left it, with its
    release as read under the lock: what can be undone is known from it, and it saves reading the
    release again.
    """
    if not asks_for_part(request):
        messages.success(request, f"{said}: {item.called}")
        return redirect(f"/releases/{item.release_id}/#item-{item.pk}")
    release = after.release if after else Release.objects.for_page().get(pk=item.release_id)
    snapshot = recent_snapshot(release)
    parts = [*row_frames(snapshot, [item.pk]).values(), counter_frame(snapshot, [item.pk])]
    row = snapshot.rows.get(item.pk)  # none, if somebody took the item out just now
    if row is not None and int(row.version) != item.version:
        seq = release.chain.head_seq if after and undo else 0
        parts.append(_toast(snapshot, item, said, seq))
    elif same:
        parts.append(_toast(snapshot, item, same, 0))
    return HttpResponse("\n".join(parts))


def _toast(snapshot: Snapshot, item: Item, said: str, seq: int) -> str:
    """The word of confirmation; with the seq of the event that can be undone, if one can."""
    return render_to_string(
        "checklists/_toast.html",
        {
            "said": said,
            "row": snapshot.rows[item.pk],
            "seq": seq,
            "undo": seq > 0,
            "seconds": UNDO_SECONDS,
            "stale": any(cell.glyph == "stale" for cell in snapshot.counters.signs),
        },
    )
