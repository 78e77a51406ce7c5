"""Templates by token: brought in from any format, and taken out again."""

from __future__ import annotations

import pytest

from checklists.formats import WRITTEN, format_named
from checklists.formats.content import digest
from checklists.models import Template, TemplateVersion
from tests.checklist_data import publish, small_tree
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db
CSV = "Area,Check,Status,Ticket\nNetwork,Check DNS,done,OPS-1\n"


@pytest.fixture
def api(calls, cast):
    return calls(cast.marta, "read,templates")


def test_a_checklist_is_kept_with_a_report_of_every_odd_line(api):
    answer = api.post("/templates", {"source": CSV, "name": "Launch", "publish": True})
    version = TemplateVersion.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "slug": "launch",
        "version": 1,
        "digest": version.digest,
        "published": True,
        "format": "csv",
        "items": 1,
        "answered": 1,
        "ignored": [
            {
                "line": 2,
                "text": "Network,Check DNS,done,OPS-1",
                "why": "“Ticket” is not a field of a checklist. It was left out.",
            }
        ],
    }


@pytest.mark.parametrize("name", WRITTEN)
def test_what_goes_out_comes_in_as_the_same_digest(name, api):
    version = publish(small_tree()).newest_published()
    out = api.get(f"/templates/small?format={name}").json()
    assert (out["digest"], out["version"], out["format"]) == (version.digest, 1, name)
    assert digest(format_named(name).read(out["text"]).tree) == version.digest
    before = everything()
    again = api.post("/templates", {"source": out["text"], "format": name, "slug": "small"})
    assert again.json()["digest"] == version.digest
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"source": "nothing to do"}, "no_items"),
        ({"source": "[1", "format": "json"}, "bad_json"),
        ({"source": "- [ ] a", "format": "word"}, "unknown_format"),
        ({"source": "- [ ] a"}, "no_name"),
        ({"source": "- [ ] a", "name": "a", "slug": "import"}, "bad_slug"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(body, code, api):
    answer = api.post("/templates", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Template.objects.exists()


def test_a_template_that_is_not_there_is_not_found(api):
    assert api.get("/templates/none").status_code == 404
    publish(small_tree())
    assert api.get("/templates/small?format=issue").status_code == 422
