"""What takes something away for good asks first, and does so without scripts."""

from __future__ import annotations

import re

import pytest

from checklists.actors import Actor
from checklists.operations.invitations import invite_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("members/", "Remove: Priya Raman?"),
        ("members/", "Take back: new@example.com?"),
        ("roles/", "Retire: Security?"),
        ("roles/", "Take away: Security from Sam Okafor?"),
        ("settings/", "Archive: Payments?"),
    ],
)
def test_nothing_is_taken_away_at_the_first_click(page, asked, cast, client):
    invite_person(cast.project, "new@example.com", "viewer", actor=Actor.of_person(cast.olga))
    client.force_login(cast.olga)
    html = client.get(f"/projects/payments/{page}").text
    dialog = next(part for part in html.split("<button")[1:] if f">{asked}<" in part)
    name = re.search(r'popovertarget="([^"]+)"', dialog)[1]
    assert f'<div class="pop ask" id="{name}" popover role="dialog"' in dialog
    # The one button that posts stands inside of what was opened.
    before, _, inside = html.partition(f'id="{name}"')
    target = re.search(r'formaction="([^"]+)"', inside)[1]
    assert f'formaction="{target}"' not in before
