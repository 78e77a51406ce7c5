"""How many queries pages and ticks take, whatever the size. Prints JSON.

    python -m tests.bench.queries

Counted in this process, with everything the middleware asks, too; BEGIN and COMMIT are no queries.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from checklists.actors import Actor  # noqa: E402
from checklists.audit.current import _followed  # noqa: E402
from checklists.models import Item, Membership, Person, Project, Release, SignoffRole  # noqa: E402
from checklists.operations.items import tick_item, untick_item  # noqa: E402
from checklists.pages import loading  # noqa: E402
from tests.bench.world import half_way, opened  # noqa: E402
from tests.cast import Cast  # noqa: E402
from tests.stream.world import sign_in  # noqa: E402

SIZES = (16, 160, 1600)
NO_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT", "SET ")


def queries(act: Callable[[], object]) -> int:
    """How many queries that takes."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return sum(not query["sql"].upper().startswith(NO_QUERIES) for query in captured)


def browser(person: Person) -> Client:
    """A browser in which the person is signed in."""
    name, _, value = sign_in(person)["Cookie"].partition("=")
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    client.cookies[name] = value
    return client


def of_page(client: Client, release: Release) -> dict[str, int]:
    """Queries of looking for the first time in this process, and of looking again."""

    def look() -> None:
        assert client.get(f"/releases/{release.pk}/").status_code == 200

    loading.forget_all()
    _followed.clear()
    return {"first": queries(look), "again": queries(look)}


def of_tick(client: Client, item: Item) -> int:
    """Queries of a tick as the page sends it."""

    def tick() -> None:
        path = f"/items/{item.pk}/tick/"
        assert client.post(path, headers={"HX-Request": "true"}).status_code == 200

    return queries(tick)


def cast_there() -> Cast:
    """The cast that the installation was filled with."""
    people = {person.email.partition("@")[0]: person for person in Person.objects.all()}
    project = Project.objects.get(slug="payments")
    roles = {role.slug: role for role in SignoffRole.objects.filter(project=project)}
    names = ("olga", "marta", "priya", "sam", "ada", "vic", "dana", "mallory", "root")
    return Cast(
        project=project,
        other_project=Project.objects.get(slug="ledger"),
        security=roles["security"],
        release_management=roles["release-manager"],
        **{name: people[name] for name in names},
    )


def main() -> None:
    """Count, and print."""
    cast = cast_there()
    assert Membership.objects.filter(person=cast.priya).exists()
    client = browser(cast.priya)
    counted: dict[str, list] = {"page": [], "tick": []}
    for size in SIZES:
        release = opened(cast, f"3.{size}.0", size)
        half_way(release, cast)
        items = Item.objects.filter(release=release, answer="open").order_by("pk")
        # The first request of a process also asks for what never changes.
        of_page(client, release)
        counted["page"].append({"items": size, **of_page(client, release)})
        counted["tick"].append(of_tick(client, items[0]))
    release = Release.objects.get(version="3.16.0")
    before = of_page(client, release)["first"]
    _many_events(release, cast)
    counted["events"] = [before, of_page(client, release)["first"]]
    json.dump(counted, sys.stdout)


def _many_events(release: Release, cast: Cast) -> None:
    actor = Actor.of_person(cast.priya)
    for item in Item.objects.filter(release=release, na_allowed=False).select_related("release"):
        for _ in range(50):
            tick_item(item, actor=actor)
            untick_item(item, actor=actor)


if __name__ == "__main__":
    assert not settings.DEBUG
    main()
