"""Every operation on a release, from four sides: refused it leaves nothing, without its event the
change is lost, said again it changes nothing, and what it writes is what the log replays to."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from django.utils import timezone

from checklists.audit.verify import verify_release
from checklists.errors import Conflict, NotVisible, Refused
from checklists.formats.tree import ChecklistTree, Group, Section
from checklists.formats.tree import Item as Item_
from checklists.models import Release, Template
from checklists.operations import deployments
from tests.checklist_data import open_small_release, publish
from tests.operations.nothing import changes_nothing, everything
from tests.operations.release_cases import CASES, MODULES, REASON, Case, act

pytestmark = pytest.mark.django_db


def operations() -> set[str]:
    """The public functions of the modules that write in the name of an actor."""
    return {
        name
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "actor" in inspect.signature(function).parameters
    } - {"append_item", "carry_into", "may_decide", "reopen_item_by_probe"}


def test_every_operation_has_its_case():
    assert operations() == CASES.keys()


@pytest.fixture(params=CASES)
def case(request) -> Case:
    return CASES[request.param]


def test_refused_it_leaves_nothing(case, cast, release):
    made = case.prepare(cast, release)
    with changes_nothing(case.error):
        case.call(cast, release, made, act(getattr(cast, case.refused)))


def test_an_outsider_is_told_nothing_and_changes_nothing(case, cast, release):
    made = case.prepare(cast, release)
    with changes_nothing(NotVisible):
        case.call(cast, release, made, act(cast.mallory))


def test_the_change_is_lost_if_its_event_cannot_be_written(case, cast, release, log_fails):
    made = case.prepare(cast, release)
    log_fails()
    with changes_nothing(OSError):
        case.call(cast, release, made, act(getattr(cast, case.allowed)))


def test_said_again_it_changes_nothing(case, cast, release):
    made = case.prepare(cast, release)
    actor = act(getattr(cast, case.allowed))
    case.call(cast, release, made, actor)
    if not case.again:
        return
    before = everything()
    case.call(cast, release, made, actor)
    assert everything() == before


def test_what_it_writes_is_what_the_log_replays_to(case, cast, release):
    made = case.prepare(cast, release)
    before = release.chain.events.count()
    case.call(cast, release, made, act(getattr(cast, case.allowed)))
    for each in Release.objects.select_related("chain"):
        assert [str(finding) for finding in verify_release(each).findings] == []
    assert release.chain.events.count() > before or Release.objects.count() > 1


def test_a_release_that_is_over_can_no_longer_change(case, cast, release):
    made = case.prepare(cast, release)
    if release.items.filter(release__status="deployed").exists():
        end = deployments.roll_back_release
    else:
        end = deployments.abort_release
    if case.call is CASES["open_release"].call:
        return
    end(release, actor=act(cast.marta), reason=REASON)
    ended = Release.objects.get(pk=release.pk).status
    before = everything()
    refusal = refusal_of(lambda: case.call(cast, release, made, act(getattr(cast, case.allowed))))
    assert refusal is None or refusal.status == 409
    assert refusal is None or ended.replace("_", " ") in refusal.message
    assert everything() == before


def refusal_of(call: Callable[[], object]) -> Refused | None:
    """What was refused, if anything was."""
    try:
        call()
    except Refused as refusal:
        return refusal
    return None


def test_templates_without_a_published_version_open_nothing(cast):
    empty = Template.objects.create(slug="empty", name="Empty", created_at=timezone.now())
    with changes_nothing(Refused):
        open_small_release(cast, template=empty)


def test_a_checklist_with_nothing_before_the_deployment_opens_nothing_alone(cast):
    soak = Item_("after/soak/look", "Look", stage="close")
    group = Group("after/soak", "Soak", items=(soak,))
    after = publish(
        ChecklistTree("After", sections=(Section("after", "After", groups=(group,)),)), "after"
    )
    with changes_nothing(Conflict) as refusal:
        open_small_release(cast, template=after)
    assert refusal.value.code == "nothing_to_check"
