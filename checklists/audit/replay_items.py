"""How each event changes its item. Pure; one small function per action.

What hangs on an item is in `replay_additions`.
"""

from __future__ import annotations

from collections.abc import Callable

from checklists.audit.format import read_time
from checklists.audit.replay_additions import ADDITIONS
from checklists.audit.replay_fold import NOT_CARRIED, Body, ItemFold
from checklists.state import Answer


def _answer(answer: Answer) -> Callable[[ItemFold, Body], None]:
    def change(item: ItemFold, body: Body) -> None:
        item.fields |= {
            "answer": answer,
            "answered_by": body["actor"]["pid"],
            "answered_at": read_time(body["at"]),
            "reason": body.get("commit", {}).get("reason"),
            **NOT_CARRIED,
        }

    return change


def _open(item: ItemFold, body: Body) -> None:
    cleared = dict.fromkeys(("answered_by", "answered_at", "reason"))
    item.fields |= {"answer": Answer.OPEN, **cleared, **NOT_CARRIED}


def _carry(item: ItemFold, body: Body) -> None:
    data = body["data"]
    item.fields |= {
        "answer": Answer(data["answer"]),
        "answered_by": data["answered_by"],
        "answered_at": read_time(data["answered_at"]),
        "reason": body.get("commit", {}).get("reason"),
        "carried_from": data["given_in"],
        "carried_reason": data["reason"],
    }


def _ask_again(item: ItemFold, body: Body) -> None:
    """A sample left the item open: its answer was not carried, so nothing of it changes."""


def _start(item: ItemFold, body: Body) -> None:
    item.fields["started_at"] = read_time(body["at"])


def _stop(item: ItemFold, body: Body) -> None:
    item.fields["started_at"] = None


def _assign(item: ItemFold, body: Body) -> None:
    item.fields["assignee"] = body["data"]["assignee"]
    item.fields["assignee_role"] = body["data"]["role"]


def _set_due(item: ItemFold, body: Body) -> None:
    due = body["data"]["due_at"]
    item.fields["due_at"] = read_time(due) if due else None
    item.fields["due_offset"] = body["data"]["offset"]


ITEM_ACTIONS: dict[str, Callable[[ItemFold, Body], None]] = {
    "item.started": _start,
    "item.stopped": _stop,
    "item.ticked": _answer(Answer.DONE),
    "item.marked_not_applicable": _answer(Answer.NOT_APPLICABLE),
    "item.unticked": _open,
    "item.reopened": _open,
    "item.carried": _carry,
    "item.asked_again": _ask_again,
    "item.assigned": _assign,
    "item.due_set": _set_due,
    **ADDITIONS,
}
