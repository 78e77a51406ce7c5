"""Templates: brought in from a text in any format, and taken out. They belong to all projects."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from checklists.api.auth import ApiRequest, token_of
from checklists.api.bodies import Body
from checklists.api.documented import read, write
from checklists.api.errors import json_response
from checklists.api.writing import answered
from checklists.errors import NotVisible
from checklists.formats import detect, format_named, writer_named
from checklists.formats.tree import ImportResult
from checklists.models import Template, TemplateVersion
from checklists.operations.template_guards import NAME_LIMIT, SLUG_LIMIT, newest_version
from checklists.operations.templates import import_tree
from checklists.permissions import require, require_anywhere

router = Router(tags=["Templates"])


class NewTemplate(Body):
    """A checklist to keep. `format` is told from the source unless it is named; `slug` is made of
    the name, and that is the checklist's title.
    """

    source: str
    format: Annotated[str, Field(max_length=20)] = ""
    name: Annotated[str, Field(max_length=NAME_LIMIT)] = ""
    slug: Annotated[str, Field(max_length=SLUG_LIMIT)] | None = None
    publish: bool = False


class IgnoredOut(BaseModel):
    """A line of the source that did not become what it looks like. `line` counts from 1."""

    line: int
    text: str
    why: str


class ImportedOut(BaseModel):
    """A version that was kept. `answered` counts the items that the source had answers for."""

    slug: str
    version: int
    digest: str
    published: bool
    format: str
    items: int
    answered: int
    ignored: list[IgnoredOut]


class ExportedOut(BaseModel):
    """A version as a text that reads back as the same checklist, with the same digest."""

    slug: str
    version: int
    digest: str
    published: bool
    format: str
    text: str


@router.post("/templates", **write(ImportedOut, 201))
def template_import(request: ApiRequest, payload: NewTemplate) -> HttpResponse:
    """Keep a checklist as the draft of its template, or publish it at once.

    Every line that was not understood is in `ignored`. Content that the newest version has already
    changes nothing.
    """
    require_anywhere(request.auth, "edit_templates")
    name = payload.format or detect("", payload.source)
    # Reading can take a second, and everybody would wait for the installation's chain meanwhile.
    result = format_named(name).read(payload.source)

    def act() -> Any:
        version = import_tree(
            result.tree,
            actor=request.auth,
            name=payload.name,
            slug=payload.slug,
            publish=payload.publish,
        )
        return _imported(version, result, name)

    return answered(request, act, status=201)


@router.get("/templates/{str:slug}", **read(ExportedOut))
def template_export(request: ApiRequest, slug: str, format: str = "markdown") -> HttpResponse:  # noqa: A002
    """The newest published version of a template, or its draft if none is published."""
    require(request.auth, "read", token_of(request).project)
    write_as = writer_named(format)
    template = None if "\0" in slug else Template.objects.filter(slug=slug).first()
    version = template and (template.newest_published() or newest_version(template))
    if not version:
        raise NotVisible
    return json_response({**_shown(version), "format": format, "text": write_as(version.tree)})


def _imported(version: TemplateVersion, result: ImportResult, name: str) -> dict[str, Any]:
    return {
        **_shown(version),
        "format": name,
        "items": version.tree.counts().items,
        "answered": sum(bool(found.answer) for found in result.answers),
        "ignored": [
            {"line": found.line, "text": found.text, "why": found.why} for found in result.ignored
        ],
    }


def _shown(version: TemplateVersion) -> dict[str, Any]:
    return {
        "slug": version.template.slug,
        "version": version.number,
        "digest": version.digest,
        "published": version.is_published,
    }
