"""Whatever somebody types or puts into an address is refused or not found, and never an error."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from checklists.models import AuditEvent, Signoff, Template
from tests.checklist_data import item_of
from tests.factories import PASSWORD
from tests.probe_data import URL, attach

pytestmark = pytest.mark.django_db
STRANGE = [
    "\0",
    "a\0b",
    "x" * 5000,
    "9" * 5000,
    "\U0001f4a5",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
]


@pytest.fixture
def manager(cast, client):
    client.post("/accounts/login/", {"login": cast.marta.email, "password": PASSWORD})
    return client


@pytest.mark.parametrize("strange", STRANGE)
def test_no_address_breaks(strange, cast, release, manager):
    probe = attach(item_of(release, "configure-dns"), cast.marta)
    q = quote(strange)
    names = ("q", "who", "kind", "item", "from", "to", "as_of", "stage", "before", "since", "event")
    for path in (
        f"/templates/{q}/",
        f"/templates/{q}/export/",
        f"/templates/small/?version={q}",
        f"/templates/small/export/?format={q}",
        f"/templates/import/?template={q}",
        f"/probes/?show={q}&project={q}&q={q}&page={q}",
        f"/items/{probe.item_id}/probe/?kind={q}",
        f"/releases/{release.pk}/sign-off/?role={q}",
        f"/releases/{release.pk}/history/?{'&'.join(f'{name}={q}' for name in names)}",
    ):
        answer = manager.get(path)
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text, path


@pytest.mark.parametrize("strange", STRANGE)
def test_no_form_breaks_and_nothing_is_kept(strange, cast, release, manager):
    probe = attach(item_of(release, "configure-dns"), cast.marta)
    before = AuditEvent.objects.count()
    sign, attachment = f"/releases/{release.pk}/sign-off/", f"/items/{probe.item_id}/probe/"
    right = {"role": "release-manager", "meaning": "approve", "digest": "0" * 64, "note": ""}
    probing = {"kind": "http", "url": URL, "method": "GET", "interval_s": "60"}
    rows = {f"c0-{name}": strange for name in ("fact", "op", "value", "level", "label")}
    for path, form in (
        *((sign, right | {name: strange}) for name in ("role", "meaning", "digest", "seq")),
        (sign, right | {"meaning": "reject", "note": strange * 4}),
        (f"{sign}withdraw/", {"signoff": strange, "reason": strange}),
        ("/templates/import/", {"step": "draft", "text": strange}),
        ("/templates/import/", {"step": "draft", "text": "- [ ] Do it", "slug": strange}),
        ("/templates/small/rules/", {"version": "1", "r0-role": strange, "r0-count": strange}),
        ("/templates/small/publish/", {"version": strange, "digest": strange}),
        (f"/templates/{quote(strange)}/publish/", {"version": "1"}),
        (f"/templates/{quote(strange)}/draft/", {}),
        ("/projects/payments/releases/new/", dict.fromkeys(_RELEASE, strange)),
        *((attachment, probing | {name: strange}) for name in ("url", "method", "interval_s")),
        (attachment, probing | {"headers": f"{strange}: {strange}"}),
        (attachment, probing | rows),
    ):
        answer = manager.post(path, form)
        assert 400 <= answer.status_code < 500, (path, form)
        assert "<script>alert" not in answer.text, path
    assert AuditEvent.objects.count() == before
    assert not Signoff.objects.exists()
    assert Template.objects.count() == 1


_RELEASE = ("version", "environment", "target_at", "templates", "commit", "artifact_digest")


@pytest.mark.parametrize("name", ["as_of", "from", "to"])
@pytest.mark.parametrize(
    "moment",
    ["0001-01-01", "9999-12-31", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"],
)
def test_no_moment_at_the_ends_of_the_calendar_breaks_the_history(name, moment, release, manager):
    path = f"/releases/{release.pk}/history/?{name}={quote(moment)}"
    assert manager.get(path).status_code == 200
