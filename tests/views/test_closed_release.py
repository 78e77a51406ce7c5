"""The page of a release that is over."""

from __future__ import annotations

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.errors import Conflict
from checklists.models import Release
from checklists.operations.deployments import close_release, deploy_release
from checklists.operations.items import tick_item
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.pages.loading import snapshot_of
from checklists.state import Meaning

pytestmark = pytest.mark.django_db


def test_a_closed_release_still_says_who_signed_it(client, cast, release):
    priya, marta = Actor.of_person(cast.priya), Actor.of_person(cast.marta)
    for item in release.items.select_related("release", "checklist"):
        tick_item(item, actor=priya)
    for person, role in ((cast.sam, "security"), (cast.marta, "release-manager")):
        sign_release(
            release,
            actor=Actor.of_person(person),
            role=role,
            meaning=Meaning.APPROVE,
            digest=rule_digest_for(current_state(release), role),
            authenticated_at=timezone.now(),
        )
    deploy_release(release, actor=marta)
    close_release(release, actor=marta)
    client.force_login(cast.ada)
    snapshot = snapshot_of(Release.objects.for_page().get(pk=release.pk))
    assert [(cell.name, cell.word, cell.action) for cell in snapshot.counters.signs] == [
        ("Security", "Signed", ""),
        ("Release manager", "Signed", ""),
    ]
    page = client.get(f"/releases/{release.pk}/").content.decode()
    assert "Sam Okafor" in page
    assert "5 of 5 settled" in page  # all of it, not only what was asked after go-live


def test_a_refused_deployment_names_the_roles(client, cast, release):
    priya, marta = Actor.of_person(cast.priya), Actor.of_person(cast.marta)
    for item in release.items.select_related("release", "checklist"):
        tick_item(item, actor=priya)
    client.force_login(cast.marta)
    page = client.post(f"/releases/{release.pk}/deploy/").content.decode()
    assert "The gate says no-go for Payments 2.4.0, for 2 reasons; the first: Security: 0" in page
    assert '<li class="break">Release manager: 0 of 1 signed.</li>' in page
    sign_release(
        release,
        actor=Actor.of_person(cast.sam),
        role="security",
        meaning=Meaning.APPROVE,
        digest=rule_digest_for(current_state(release), "security"),
        authenticated_at=timezone.now(),
    )
    page = client.post(f"/releases/{release.pk}/deploy/").content.decode()
    assert "The gate says no-go for Payments 2.4.0: Release manager: 0 of 1 signed." in page
    assert '<li class="break">' not in page
    with pytest.raises(Conflict, match="Release manager"):
        deploy_release(release, actor=marta)
