"""What a change of an item is answered with: its row, the counters, and a word of confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from checklists.models import AuditEvent, Item, Release
from checklists.pages.loading import recent_snapshot
from checklists.pages.render import counter_frame, row_frames
from checklists.pages.snapshot import Snapshot

UNDO_SECONDS = 8


def item_answer(request: HttpRequest, item: Item, *, said: str, undo: bool = True) -> HttpResponse:
    """The answer to a change of `item`, which the caller read before it.

    For htmx the same frames that the stream sends to everybody else; otherwise back to the row.
    """
    if request.headers.get("HX-Request") != "true":
        messages.success(request, f"{said} {item.title}")
        return redirect(f"/releases/{item.release_id}/#item-{item.pk}")
    snapshot = recent_snapshot(Release.objects.for_page().get(pk=item.release_id))
    parts = [*row_frames(snapshot, [item.pk]).values(), counter_frame(snapshot, [item.pk])]
    if int(snapshot.rows[item.pk].version) != item.version:
        parts.append(_toast(snapshot, item, said, undo=undo))
    return HttpResponse("\n".join(parts))


def _toast(snapshot: Snapshot, item: Item, said: str, *, undo: bool) -> str:
    return render_to_string(
        "checklists/_toast.html",
        {
            "said": said,
            "row": snapshot.rows[item.pk],
            "seq": _newest_seq(snapshot, item) if undo else 0,
            "undo": undo,
            "seconds": UNDO_SECONDS,
            "stale": any(cell.glyph == "stale" for cell in snapshot.counters.signs),
        },
    )


def _newest_seq(snapshot: Snapshot, item: Item) -> int:
    """The event that undoing would take back: the item's newest."""
    return (
        AuditEvent.objects.filter(chain__release=snapshot.state.id, item_id=item.pk)
        .order_by("-seq")
        .values_list("seq", flat=True)[0]
    )
