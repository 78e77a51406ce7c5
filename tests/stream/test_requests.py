"""What a request for a stream may say; the rest is refused before anybody is asked who it is."""

from __future__ import annotations

import pytest

from checklists.errors import Invalid, NotVisible
from checklists.stream.requests import LAST_MOMENT, read


def scope(path: str = "/releases/7/live/", query: str = "") -> dict:
    return {"method": "GET", "path": path, "query_string": query.encode(), "headers": []}


def test_what_a_page_sends_is_read():
    asked = read(scope(query="after=42&seen=1795400000123"))
    assert (asked.release_id, asked.after, asked.seen) == (7, 42, 1795400000123)


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=1e3", "after=٣", "after=" + "9" * 19, "seen=x", f"seen={LAST_MOMENT + 1}"],
)
def test_a_number_that_is_none_is_refused(query):
    with pytest.raises(Invalid):
        read({**scope(), "query_string": query.encode("latin-1", "replace")})


@pytest.mark.parametrize("number", ["", "x", "٣", "-1", "9" * 19])
def test_a_release_that_is_no_number_is_not_there(number):
    with pytest.raises(NotVisible):
        read(scope(f"/releases/{number}/live/"))
