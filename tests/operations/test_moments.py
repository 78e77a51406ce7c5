"""Times from people: what lies at the ends of the calendar is refused through every door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checklists.actors import Actor
from checklists.audit.format import read_time, write_time
from checklists.errors import Invalid
from checklists.gate import Go
from checklists.models import Evidence
from checklists.operations.decisions import decide_release
from checklists.operations.evidence import attach_evidence
from checklists.operations.planning import set_item_due
from checklists.operations.releases import set_release_target
from tests.checklist_data import item_of

ENDS = ("0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59", "9999-12-31T23:59-12:00")
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ENDS)
@pytest.mark.parametrize("form", ["items/{item}/evidence/", "items/{item}/due/", "target/"])
def test_a_form_with_an_impossible_time_is_refused_and_the_log_stays_whole(
    cast, release, client, form, moment
):
    client.force_login(cast.marta)
    item = item_of(release, "configure-dns")
    path = form.format(item=item.pk)
    path = f"/{path}" if path.startswith("items") else f"/releases/{release.pk}/{path}"
    times = dict.fromkeys(("observed_at", "due_at", "target_at"), moment)
    answer = client.post(path, {"content": "Seen.", **times})
    assert answer.status_code == 422, answer.content
    assert decide_release(release).verdict == Go.NO_GO


@pytest.mark.django_db
@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_operations_refuse_them_too(cast, release, moment):
    marta, item = Actor.of_person(cast.marta), item_of(release, "configure-dns")
    with pytest.raises(Invalid):
        set_item_due(item, actor=marta, due=moment)
    with pytest.raises(Invalid):
        set_release_target(release, actor=marta, target_at=moment)
    with pytest.raises(Invalid):
        attach_evidence(
            item, actor=marta, kind=Evidence.Kind.TEXT, content="Seen.", observed_at=moment
        )
    assert decide_release(release).verdict == Go.NO_GO


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_the_log_writes_no_time_that_it_could_not_read(moment):
    with pytest.raises(Invalid):
        write_time(moment)


def test_the_log_reads_no_time_without_its_offset():
    with pytest.raises(ValueError, match="UTC"):
        read_time("2026-11-23T10:00:00.000000")
