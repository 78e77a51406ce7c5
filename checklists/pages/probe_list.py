"""The list of probes over all releases that somebody may see, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from checklists.models import Membership, Person, Probe
from checklists.pages.probe_faces import (
    ProbeFace,
    Runs,
    face_of_probe,
    newest_runs,
    with_observations,
)
from checklists.pages.words import VERDICT_LOOKS
from checklists.permissions import POLICY
from checklists.state import Verdict

PAGE = 50
WORST_FIRST = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.STALE,
    Verdict.WARN,
    Verdict.NEVER,
    Verdict.PASS,
)
RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Line:
    """One probe in the list."""

    face: ProbeFace
    runs: Runs
    may_run: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter with its number."""

    name: str
    word: str
    css: str
    number: int


@dataclass(frozen=True, slots=True)
class ProbeList:
    """One page of probes, with numbers over all of them. `next` is the next page, if any."""

    lines: tuple[Line, ...]
    chips: tuple[Chip, ...]
    projects: tuple[str, ...]
    total: int
    matching: int
    next: int | None


def probe_list_of(
    person: Person, now: datetime, *, show: str, project: str, q: str, page: int
) -> ProbeList:
    """The probes a person may see. `show` is a verdict, "running", "resting" or "all"."""
    found = with_observations(Probe.objects.attached().visible_to(person))
    probes = {probe.pk: probe for probe in found}
    faces = [face_of_probe(probe, now) for probe in probes.values()]
    projects = tuple(sorted({face.project for face in faces}))
    if project in projects:
        faces = [face for face in faces if face.project == project]
    matching = sorted(_matching(faces, show, q), key=_worst_first)
    shown = matching[(page - 1) * PAGE : page * PAGE]
    runs = newest_runs([probes[face.pk] for face in shown])
    able = _may_run(person)
    return ProbeList(
        lines=tuple(Line(face, runs[face.pk], _runs_here(probes[face.pk], able)) for face in shown),
        chips=_chips(faces),
        projects=projects,
        total=sum(face.show != RESTING for face in faces),
        matching=len(matching),
        next=page + 1 if page * PAGE < len(matching) else None,
    )


def _matching(faces: Sequence[ProbeFace], show: str, q: str) -> list[ProbeFace]:
    words = q.casefold().split()
    return [
        face
        for face in faces
        if _shown(face, show)
        and all(word in f"{face.subject} {face.number} {face.title}".casefold() for word in words)
    ]


def _shown(face: ProbeFace, show: str) -> bool:
    if show == "running":
        return face.running
    return face.show != RESTING if show == "all" else face.show == show


def _worst_first(face: ProbeFace) -> tuple[int, str, int]:
    return WORST_FIRST.index(face.verdict), face.release, face.pk


def _chips(faces: Sequence[ProbeFace]) -> tuple[Chip, ...]:
    numbers = Counter(face.show for face in faces)
    running = sum(face.running for face in faces)
    chips = [Chip("all", _("All"), "", len(faces) - numbers[RESTING])]
    for verdict in WORST_FIRST:
        css, word = VERDICT_LOOKS[verdict]
        chips.append(Chip(str(verdict), str(word), css, numbers[verdict]))
    chips.append(Chip("running", _("Running"), "progress", running))
    chips.append(Chip(RESTING, _("Ended"), "na", numbers[RESTING]))
    return tuple(chip for chip in chips if chip.number or chip.name in ("all", "pass", "fail"))


def _may_run(person: Person) -> Mapping[int, bool]:
    """By project, whether the person may run its probes."""
    roles = Membership.objects.filter(person=person).values_list("project_id", "role")
    return {project: role in POLICY["run_probe"].roles for project, role in roles}


def _runs_here(probe: Probe, able: Mapping[int, bool]) -> bool:
    release = probe.item.release
    return able.get(release.project_id, False) and not release.is_over
