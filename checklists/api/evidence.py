"""Evidence of an item: the list with its digests, and attaching a link, a text or a file."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import ValidationError
from pydantic import ValidationError as Wrong

from checklists.api.answers import EvidenceList, EvidenceOut
from checklists.api.auth import ApiRequest
from checklists.api.bodies import NewEvidence, NewFile
from checklists.api.documented import read, write
from checklists.api.errors import JSON, json_response
from checklists.api.parsing import JsonParser
from checklists.api.shown import evidence_as_json
from checklists.api.visible import visible_item
from checklists.api.writing import answered
from checklists.errors import Invalid, NotVisible
from checklists.files import ArrivedFile, checked_file, keep
from checklists.models import Evidence, Item
from checklists.operations.evidence import attach_evidence, attach_file
from checklists.permissions import require

router = Router(tags=["Items"])

FORM = "multipart/form-data"

_FILE_SCHEMA = NewFile.model_json_schema()
_FILE_SCHEMA["properties"]["file"] = {"type": "string", "format": "binary"}
_FILE_SCHEMA["required"] = ["file"]

EITHER_BODY = {
    "required": True,
    "content": {
        JSON: {"schema": NewEvidence.model_json_schema()},
        FORM: {"schema": _FILE_SCHEMA},
    },
}


@router.get("/items/{int:item_id}/evidence", **read(EvidenceList))
def item_evidence(request: ApiRequest, item_id: int) -> HttpResponse:
    """All evidence of an item in the order it was attached, replaced and withdrawn too."""
    item = visible_item(request, item_id)
    require(request.auth, "read", item.release.project)
    rows = item.evidence.select_related("content", "attached_by", "link_check")
    return json_response({"items": [evidence_as_json(row) for row in rows], "next": None})


@router.post("/items/{int:item_id}/evidence", **write(EvidenceOut, 201, body=EITHER_BODY))
def item_attach_evidence(request: ApiRequest, item_id: int) -> HttpResponse:
    """Attach what shows the item is true: a link or a text as JSON, or a `file` as a form."""
    item = visible_item(request, item_id)
    if request.content_type == FORM:
        return _attach_file(request, item)
    payload = _read(NewEvidence, JsonParser().parse_body(request))

    def act() -> Any:
        return evidence_as_json(
            attach_evidence(
                item,
                actor=request.auth,
                kind=Evidence.Kind(payload.kind),
                content=payload.content,
                observed_at=payload.observed_at,
                replaces=_older(item, payload.replaces),
            )
        )

    return answered(request, act, status=201)


def _attach_file(request: ApiRequest, item: Item) -> HttpResponse:
    # Whoever may not attach leaves nothing in the store; the operation asks again.
    require(request.auth, "answer_item", item.release.project)
    payload = _read(NewFile, {name: value for name, value in request.POST.items() if value})
    file = _one_file(request)
    name = checked_file(file).name

    def act() -> Any:
        return evidence_as_json(
            attach_file(
                item,
                actor=request.auth,
                file=facts,
                observed_at=payload.observed_at,
                replaces=_older(item, payload.replaces),
            )
        )

    facts = keep(file)
    said = json.dumps([name, facts.sha256, payload.model_dump(mode="json")])
    body_hash = hashlib.sha256(said.encode()).hexdigest()
    return answered(request, act, status=201, body_hash=body_hash)


def _one_file(request: ApiRequest) -> ArrivedFile:
    files = request.FILES.getlist("file")
    if len(files) != 1 or len(request.FILES) != 1:
        raise Invalid(_("Send one file, in the field file."), code="one_file", field="file")
    return cast(ArrivedFile, files[0])


def _older(item: Item, pk: int | None) -> Evidence | None:
    if pk is None:
        return None
    older = Evidence.objects.filter(pk=pk, item=item).first()
    if older is None:
        raise NotVisible
    return older


def _read(model: Any, value: Any) -> Any:
    """The value as the model. Raises the error that Ninja raises for a body it reads itself."""
    try:
        return model.model_validate(value)
    except Wrong as wrong:
        raise ValidationError(
            [
                {"loc": ("body", "payload", *e["loc"]), "type": e["type"], "msg": e["msg"]}
                for e in wrong.errors(include_url=False)
            ]
        ) from wrong
