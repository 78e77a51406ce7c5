"""A list of sessions says Firefox on Linux, not everything that Firefox sends."""

import pytest

from checklists.pages.browsers import browser_called

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "


@pytest.mark.parametrize(
    ("sent", "called"),
    [
        (FIREFOX, "Firefox on Linux"),
        (f"{WINDOWS}Chrome/126.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS}Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows"),
        (f"{IPHONE}Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("curl/8.5.0", "curl"),
        ("<b>" + "x" * 200, "<b>" + "x" * 57),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_name_and_system(sent, called):
    assert browser_called(sent) == called
