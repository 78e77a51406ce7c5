"""The description of the API, made from the code."""

from __future__ import annotations

from django.test import Client

from checklists.api.urls import api, urlpatterns


def test_it_is_readable_without_a_token_and_describes_every_route(client: Client):
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    document = response.json()
    assert document["openapi"].startswith("3.1")
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert ("GET", "/api/v1/releases/{release_id}/decision") in described
    assert len(described) == 27
    ids = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_route_needs_a_token_and_names_its_refusals(client: Client):
    document = client.get("/api/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["security"] == [{"TokenAuth": []}], path
            assert operation["description"]
            assert {"401", "403", "404", "422", "503"} <= set(operation["responses"])
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert ("Idempotency-Key" in names) == (method == "post"), path


def test_no_schema_is_referred_to_that_is_not_there(client: Client):
    text = client.get("/api/v1/openapi.json").content.decode()
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(schemas)


def test_every_route_of_ninja_is_behind_our_shape():
    patterns, _, _ = api.urls
    shaped = urlpatterns[0].url_patterns
    assert len(shaped) == len(patterns)
    assert all(pattern.callback.csrf_exempt for pattern in shaped)
