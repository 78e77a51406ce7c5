"""Every address by everybody, against the table in access_matrix.py. An unlisted address fails."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from checklists.api.urls import api
from tests.access_matrix import API, PAGES, PEOPLE, TOKENS
from tests.access_world import World, make_world, tokens_of
from tests.cast import make_cast
from tests.checklist_data import open_small_release

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
API_PREFIX = "/api/v1/"


def routes() -> Iterator[str]:
    """Every address of the site as the resolver knows it, but for those of the API."""
    yield from (route for route in _walk(get_resolver().url_patterns) if "/api/" not in route)


def _walk(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield here


def operations() -> set[str]:
    """Every operation of the API as its own description tells it."""
    paths = api.get_openapi_schema(path_prefix=API_PREFIX)["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


@contextmanager
def undone() -> Iterator[None]:
    """What happens in the block is taken back, so that the next person finds the same world."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One world for all addresses; whatever a request changes in it is taken back."""
    with django_db_blocker.unblock(), undone():
        cast = make_cast()
        yield make_world(cast, open_small_release(cast))


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    """Everybody's browser, signed in."""
    found = {}
    for name, person in world.people.items():
        found[name] = Client(raise_request_exception=False)
        if person is not None:
            found[name].force_login(person)
    return found


@pytest.fixture(scope="module")
def tokens(world: World) -> dict[str, str | None]:
    return tokens_of(world)


def by_route(table: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for line, words in table.items():
        method, route = line.split(" ", 1)
        found.setdefault(route, {})[method] = words.split()
    return found


def said(response) -> str:
    led = response.headers.get("Location", "")
    return "login" if led.startswith("/accounts/login/?next=") else str(response.status_code)


def test_every_address_is_in_the_table_and_no_other():
    assert set(by_route(PAGES)) == set(routes())


def test_every_operation_of_the_api_is_in_the_table_and_no_other():
    described = operations()
    assert set(API) == described | {"GET /api/v1/openapi.json"}
    routed = {route for route in _walk(get_resolver().url_patterns) if route.startswith(API_PREFIX)}
    assert {_as_described(route) for route in routed} - {API_PREFIX} == {
        line.split(" ", 1)[1] for line in API
    }


def _as_described(route: str) -> str:
    """A route of the resolver as OpenAPI writes it."""
    for kind in ("int:", "slug:", "str:"):
        route = route.replace(f"<{kind}", "{")
    return route.replace(">", "}")


@pytest.mark.parametrize("route", sorted(by_route(PAGES)))
def test_a_page_answers_everybody_as_the_table_says(route, world, clients):
    path, form = world.path(route), world.form(route)
    for method, expected in by_route(PAGES)[route].items():
        found = [_visit(clients[name], method, path, form) for name in PEOPLE]
        assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


# The pages of signing in take any method for GET or POST, which harms nothing.
OURS = sorted(route for route in by_route(PAGES) if not route.startswith("/accounts/"))


@pytest.mark.parametrize("route", OURS)
def test_a_page_answers_to_no_other_method(route, world, clients):
    path = world.path(route)
    for method in set(METHODS) - by_route(PAGES)[route].keys():
        for name in ("anonymous", "manager", "owner"):
            answer = _visit(clients[name], method, path, {})
            assert answer in ("405", "login"), f"{method} {path} by {name}"


def _visit(client: Client, method: str, path: str, form: dict) -> str:
    browser = copy.copy(client)
    browser.cookies = copy.copy(client.cookies)
    with undone():
        data = {"data": form} if method == "POST" else {}
        return said(getattr(browser, method.lower())(path, **data))


@pytest.mark.parametrize("line", sorted(API))
def test_the_api_answers_every_token_as_the_table_says(line, world, tokens):
    method, route = line.split(" ", 1)
    route = route.replace("{release_id}", "<int:release_id>").replace("{item_id}", "<int:item_id>")
    route = route.replace("{project}", "<slug:project>").replace("{waiver_id}", "<int:waiver_id>")
    route = route.replace("{slug}", "<str:slug>")
    path = world.path(route)
    assert list(tokens) == TOKENS
    for token, expected in zip(tokens, API[line].split(), strict=True):
        assert str(_call(method, path, world.body(route), tokens[token])) == expected, (
            f"{line} by {token}"
        )


def _call(method: str, path: str, body: dict | None, token: str | None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with undone():
        response = Client(raise_request_exception=False).generic(
            method,
            path,
            data=json.dumps(body) if method == "POST" else "",
            content_type="application/json",
            headers=headers,
        )
    return response.status_code


@pytest.mark.parametrize("line", sorted(API.keys() - {"GET /api/v1/openapi.json"}))
def test_a_session_opens_nothing_of_the_api(line, world, clients):
    method, route = line.split(" ", 1)
    for hole, kind in (("release_id", "int"), ("item_id", "int"), ("waiver_id", "int")):
        route = route.replace(f"{{{hole}}}", f"<{kind}:{hole}>")
    route = route.replace("{project}", "<slug:project>").replace("{slug}", "<str:slug>")
    path = world.path(route)
    answer = clients["manager"].generic(method, path, data="{}", content_type="application/json")
    assert answer.status_code == 401


FORMS = sorted(route for route, methods in by_route(PAGES).items() if "POST" in methods)


@pytest.mark.parametrize("route", FORMS)
def test_no_form_of_another_site_is_taken(route, world, clients):
    for name in ("owner", "manager", "installation"):
        browser = copy.copy(clients[name])
        browser.handler = copy.copy(browser.handler)
        browser.handler.enforce_csrf_checks = True
        with undone():
            answer = browser.post(world.path(route), world.form(route))
        assert answer.status_code == 403, f"{route} by {name}"
