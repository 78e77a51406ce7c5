"""The kinds of probes there are, and a probe's specification with its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import rfc8785
from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.probes.base import Context, Observation, Params, ProbeKind, parse_params
from checklists.probes.conditions import parse_conditions
from checklists.probes.facts import Condition, FactType
from checklists.probes.http import HttpProbe
from checklists.probes.policy import Policy
from checklists.probes.tls import TlsProbe

KINDS: Final[Mapping[str, ProbeKind[Any]]] = {"http": HttpProbe(), "tls": TlsProbe()}
MIN_INTERVAL_S: Final = 10
MAX_INTERVAL_S: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class ProbeSpec:
    """Everything that decides what a probe looks at, and what it makes of it."""

    kind: ProbeKind[Any]
    params: Params
    conditions: tuple[Condition, ...]
    interval_s: int
    digest: str

    @classmethod
    def parse(cls, kind: str, params: object, conditions: object, interval_s: int) -> Self:
        """Read a specification, new or stored.

        Raises Invalid (probe_kind, probe_params, probe_condition, probe_interval); details name
        the field.
        """
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise Invalid(
                _("There is no probe of kind %(kind)r, but %(known)s.")
                % {"kind": kind, "known": known},
                code="probe_kind",
                field="kind",
            )
        if not isinstance(params, Mapping):
            raise Invalid(_("Parameters are an object."), code="probe_params", field="params")
        # Not isinstance: True is an int as well.
        if type(interval_s) is not int or not MIN_INTERVAL_S <= interval_s <= MAX_INTERVAL_S:
            raise Invalid(
                _(
                    "A probe runs every %(min_interval_s)s seconds to 7 days, not every "
                    "%(interval_s)s s."
                )
                % {"min_interval_s": MIN_INTERVAL_S, "interval_s": interval_s},
                code="probe_interval",
                field="interval_s",
            )
        chosen = KINDS[kind]
        parsed_params = parse_params(chosen.Params, params)
        parsed = parse_conditions(conditions, chosen.FACTS)
        digest = probe_spec_digest(
            kind,
            parsed_params.model_dump(mode="json"),
            [one.as_json() for one in parsed],
            interval_s,
        )
        return cls(chosen, parsed_params, parsed, interval_s, digest)

    @property
    def facts(self) -> Mapping[str, FactType]:
        """What the kind reports."""
        return self.kind.FACTS

    @property
    def all_conditions(self) -> tuple[Condition, ...]:
        """The conditions written, after those the kind implies."""
        return (*self.kind.implied(self.params, self.conditions), *self.conditions)

    @property
    def subject(self) -> str:
        """What is looked at, in a few characters."""
        return self.kind.subject(self.params)

    def params_json(self) -> dict[str, Any]:
        """The parameters as stored and digested, defaults included."""
        return self.params.model_dump(mode="json")

    def conditions_json(self) -> list[dict[str, Any]]:
        """The written conditions as stored and digested."""
        return [condition.as_json() for condition in self.conditions]

    def check(self, policy: Policy) -> None:
        """Refuse a target that the policy keeps out of reach, without I/O. Raises Invalid."""
        self.kind.check(self.params, policy)

    def observe(self, context: Context) -> Observation:
        """Look once. Uses the network; no database."""
        return self.kind.observe(self.params, context)


def probe_spec_digest(
    kind: str, params: Mapping[str, Any], conditions: list[dict[str, Any]], interval_s: int
) -> str:
    """The digest under which what a probe saw counts: an edited probe inherits no old pass."""
    body: dict[str, Any] = {
        "kind": kind,
        "params": params,
        "conditions": conditions,
        "interval_s": interval_s,
    }
    return hashlib.sha256(b"readiness-probe-v1\n" + rfc8785.dumps(body)).hexdigest()
