"""What the bodies of requests may hold. Checked by Ninja before a route is called."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from checklists.audit.format import YEARS

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:")


def _written_out(value: Any) -> Any:
    # A number would be taken for seconds since 1970, and hardly ever meant so.
    if isinstance(value, datetime) or (isinstance(value, str) and _TIME.match(value)):
        return value
    raise ValueError("write a time like 2031-01-15T12:00:00Z")


def _in_utc(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError(f"a time lies between the years {YEARS[0]} and {YEARS[-1]}")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
Text = Annotated[str, Field(max_length=10_000)]
Number = Annotated[int, Field(ge=1, lt=2**63)]
Version = Annotated[int, Field(ge=1, strict=True)]


class Body(BaseModel):
    """A request's body: a field we do not know is refused, for it may be a known one misspelt."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Body):
    """No fields."""


class NewRelease(Body):
    """A release to open, with the newest published version of each template.

    `carry_from` is the version of an earlier release whose answers are carried over, where there is
    a reason to believe them; `sample` percent of those are drawn to be asked again.
    """

    version: Annotated[str, Field(min_length=1, max_length=64)]
    environment: Annotated[str, Field(min_length=1, max_length=64)]
    target_at: Moment
    templates: Annotated[list[str], Field(min_length=1, max_length=20)]
    commit: Annotated[str, Field(max_length=64)] = ""
    artifact_digest: Annotated[str, Field(max_length=80)] = ""
    carry_from: Annotated[str, Field(max_length=64)] | None = None
    sample: Annotated[int, Field(ge=0, le=100, strict=True)] = 0


class Target(Body):
    """When the release should go live."""

    target_at: Moment


class Reason(Body):
    """Why."""

    reason: Text | None = None


class ItemChange(Body):
    """A step on an item. An old `expected_version` is refused with who changed what (409)."""

    reason: Text | None = None
    expected_version: Version | None = None


class ItemStart(Body):
    """The beginning of work on an item."""

    expected_version: Version | None = None


class Assignment(Body):
    """To whom an item is given: `assignee` is an address or a pid, `role` a sign-off role's slug.

    null gives it to nobody.
    """

    assignee: Annotated[str, Field(max_length=254)] | None = None
    role: Annotated[str, Field(max_length=64)] | None = None
    expected_version: Version | None = None


class NewItem(Body):
    """A one-off item, at the end of a group named by its key (`section/group`).

    `checklist` may be left out where the release has one; `stage` is the neighbours' unless given.
    """

    title: Annotated[str, Field(min_length=1, max_length=500)]
    group: Annotated[str, Field(max_length=600)]
    checklist: Annotated[str, Field(max_length=64)] = ""
    requirement: Literal["must", "should", "may"] = "must"
    stage: Literal["deploy", "close"] | None = None


class Words(Body):
    """A comment, as `text` or as `reason`."""

    text: Text | None = None
    reason: Text | None = None


class NewEvidence(Body):
    """A link or a text that shows the item is true. `observed_at` is now unless given."""

    kind: Literal["link", "text"]
    content: Text
    observed_at: Moment | None = None
    replaces: Number | None = None


class NewFile(Body):
    """What goes with a file. `replaces` is the id of the evidence it is a newer version of."""

    observed_at: Moment | None = None
    replaces: Number | None = None


class WaiverRequest(Body):
    """A wish to go without the item until a date."""

    reason: Text
    expires_at: Moment
    expected_version: Version | None = None
