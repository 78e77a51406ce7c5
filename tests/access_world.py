"""One of everything that an address can name, and what a right request to each address sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.models import (
    ApiToken,
    AuditEvent,
    Evidence,
    FreezeWindow,
    Invitation,
    Item,
    Membership,
    Person,
    Probe,
    Release,
    RoleHolder,
    SavedFilter,
    Signoff,
    Template,
    TemplateVersion,
    Waiver,
)
from checklists.operations.bulk import Chosen, assign_items
from checklists.operations.calendar import set_freeze_window
from checklists.operations.evidence import attach_file
from checklists.operations.invitations import invite_person
from checklists.operations.items import tick_item
from checklists.operations.one_off import add_item
from checklists.operations.saved_filters import save_filter
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.operations.templates import start_draft
from checklists.operations.tokens import create_token
from checklists.operations.waivers import request_waiver
from checklists.permissions import SCOPES
from checklists.state import Meaning
from tests.cast import Cast
from tests.checklist_data import item_of, open_small_release, publish, tiny_tree
from tests.evidence_data import stored
from tests.probe_data import attach

WHY = "Nothing of this kind is used in this service."
LATER = "2031-02-01T12:00"
SOURCE = "# Another\n\n## One\n\n### Two\n\n- [ ] Three\n"
URL = "http://status.example.org/ready"


@dataclass(frozen=True)
class World:
    """What the requests are about. The contributor (priya) made most of it."""

    cast: Cast
    release: Release
    open_item: Item
    optional_item: Item
    one_off_item: Item
    freeze: FreezeWindow
    done_item: Item
    probed_item: Item
    waiver: Waiver
    evidence: Evidence
    probe: Probe
    signoff: Signoff
    token: ApiToken
    invitation: Invitation
    secret: str
    holder: RoleHolder
    batch: int
    saved: SavedFilter
    earlier: Release

    @property
    def people(self) -> dict[str, Person | None]:
        """The columns of the matrix for pages."""
        cast = self.cast
        return {
            "anonymous": None,
            "outsider": cast.mallory,
            "viewer": cast.vic,
            "contributor": cast.priya,
            "holder": cast.sam,
            "manager": cast.marta,
            "auditor": cast.ada,
            "owner": cast.olga,
            "installation": cast.root,
            "deactivated": cast.dana,
        }

    def path(self, route: str) -> str:
        """The address that a route stands for, about the thing it changes."""
        for part, value in self._parts(route).items():
            route = route.replace(part, str(value))
        return re.sub(r"\(\?P<\w+>[^)]+\)", "a-key", route).replace("^", "").replace("$", "")

    def _parts(self, route: str) -> dict[str, Any]:
        place = route.split("/")[1] if not route.startswith("/api/") else ""
        things = {
            "releases": self.release.pk,
            "items": self._item_for(route).pk,
            "waivers": self.waiver.pk,
            "evidence": self.evidence.pk,
            "probes": self.probe.pk,
            "people": (self.cast.dana if "reactivate" in route else self.cast.vic).pk,
            "projects": self._of_project(route),
        }
        return {
            "<slug:slug>": "payments",
            "<slug:project>": "payments",
            "<str:secret>": self.secret,
            # A draft waits in one template; the other has none yet.
            "<str:slug>": "small" if route.endswith("/draft/") else "tiny",
            "<path:key>": "notes/notes/write-notes",
            "<str:key>": "small",
            "<int:release_id>": self.release.pk,
            "<int:item_id>": self._item_for(route).pk,
            "<int:waiver_id>": self.waiver.pk,
            "<int:pk>": things.get(place, 0),
        }

    def _of_project(self, route: str) -> int:
        kind = route.strip("/").split("/")[2:3]
        return {
            "members": Membership.objects.get(project=self.cast.project, person=self.cast.vic).pk,
            "invitations": self.invitation.pk,
            "roles": self.cast.security.pk,
            "holders": self.holder.pk,
            "tokens": self.token.pk,
            "freezes": self.freeze.pk,
        }.get("".join(kind), 0)

    def _item_for(self, route: str) -> Item:
        if any(word in route for word in ("untick", "reopen", "undo")):
            return self.done_item
        if route.startswith(("/items/<int:pk>/remove", "/api/v1/items/<int:item_id>/remove")):
            return self.one_off_item
        return self.optional_item if "not-applicable" in route else self.open_item

    def form(self, route: str) -> dict[str, Any]:
        """What a right form at the page's address holds."""
        seq = AuditEvent.objects.filter(item_id=self.done_item.pk).latest("seq").seq
        last = route.strip("/").split("/")[-1]
        if route.endswith("/releases/new/"):
            last = "new release"
        if route.endswith("/items/new/"):
            last = "new item"
        return {
            "new item": {"title": "Tell the bank", "place": "small:security/secrets"},
            "call": {"role": "security", "says": "go"},
            "freezes": {
                "name": "Holidays",
                "starts_at": "2031-12-20T00:00",
                "ends_at": "2032-01-02T00:00",
            },
            "archive": {},
            "settings": {"name": "Money"},
            "new": {"name": "Search", "slug": "search", "section": "Before", "item": "It runs"},
            "edit": {"do": "add_item", "key": "notes", "title": "More", "digest": self._draft()},
            "preview": {"text": "Seen."},
            "<path:key>": {
                "kind": "http",
                "url": URL,
                "method": "GET",
                "interval_s": 60,
                "digest": self._draft(),
            },
            "new release": {
                "version": "9.9.9",
                "environment": "production",
                "target_at": LATER,
                "templates": ["small"],
            },
            "members": {"email": "leo@example.com", "role": "viewer"},
            "role": {"role": "contributor"},
            "roles": {"name": "Quality"},
            "holders": {"person": self.cast.priya.pk},
            "tokens": {"name": "pipeline", "scopes": ["read"], "days": 30},
            "people": {"email": "leo@example.com", "role": "viewer", "project": "payments"},
            "me": {"name": "Somebody"},
            "<str:secret>": {
                "name": "Nia",
                "password": "a long enough sentence",
                "again": "a long enough sentence",
            },
            "target": {"target_at": LATER},
            "fill": {"step": "fill", "text": f"# F\n\n- [x] {self.open_item.title}\n"},
            "carry": {"source": self.earlier.pk, "item": [self.open_item.pk]},
            "waiver-budget": {"waiver_budget": 3},
            "sign-off": {
                "role": "security",
                "meaning": "approve",
                "digest": rule_digest_for(current_state(self.release), "security"),
            },
            "withdraw": {"signoff": self.signoff.pk, "reason": WHY},
            "assign": {"me": "1"},
            "due": {"due_at": LATER},
            "comment": {"text": "Seen."},
            "evidence": {"kind": "text", "content": "Seen."},
            "waivers": {"reason": WHY, "expires_at": f"{timezone.now() + timedelta(days=300):%F}"},
            "bulk": {"do": "tick", "item": [f"{self.open_item.pk}.{self.open_item.version}"]},
            "filters": {"name": "Late", "query": "only=late"},
            "forget": {"saved": self.saved.pk},
            "undo": {"batch": self.batch, "seq": seq, "expected_version": self.done_item.version},
            "import": {"text": SOURCE, "name": "Another", "step": "draft"},
            "agree": {"role": "security", "digest": self._draft()},
            "rules": {"r0-role": "security", "r0-count": "1"},
            "probe": {"kind": "http", "url": URL, "method": "GET", "interval_s": 60},
        }.get(last, {"reason": WHY})

    def _draft(self) -> str:
        return TemplateVersion.objects.get(template__slug="tiny", published_at=None).digest

    def body(self, route: str) -> dict[str, Any] | None:
        """What a right request to the API's address sends."""
        last = route.strip("/").split("/")[-1]
        return {
            "templates": {"source": "# Launch\n\n- [ ] It runs\n"},
            "releases": {
                "version": "9.9.9",
                "environment": "production",
                "target_at": f"{LATER}:00Z",
                "templates": ["small"],
            },
            "items": {"title": "Tell the bank", "group": "security/secrets"},
            "target": {"target_at": f"{LATER}:00Z"},
            "deploy": {},
            "close": {},
            "start": {},
            "tick": {},
            "untick": {},
            "assign": {"role": "security"},
            "comment": {"text": "Seen."},
            "evidence": {"kind": "text", "content": "Seen."},
            "waivers": {"reason": WHY, "expires_at": f"{LATER}:00Z"},
        }.get(last, {"reason": WHY})


def make_world(cast: Cast, release: Release) -> World:
    """The release as opened, with one item ticked, a waiver asked, a probe and a signature."""
    priya = Actor.of_person(cast.priya)
    probed = item_of(release, "review-logs")
    probe = attach(probed, cast.marta)
    waiver = request_waiver(
        item_of(release, "rotate-secrets"),
        actor=priya,
        reason=WHY,
        expires_at=timezone.now() + timedelta(days=300),
    )
    tick_item(item_of(release, "audit-access"), actor=priya)
    invitation, secret = invite_person(
        cast.project, "nia@example.com", "viewer", actor=Actor.of_person(cast.olga)
    )
    token, _ = create_token(cast.project, "ci", ["read"], actor=priya)
    start_draft(publish(tiny_tree(), "tiny"), actor=Actor.of_person(cast.marta))
    return World(
        cast=cast,
        release=release,
        open_item=item_of(release, "configure-dns"),
        optional_item=item_of(release, "configure-cdn"),
        one_off_item=add_item(
            release.checklists.get(),
            actor=Actor.of_person(cast.marta),
            group="security/secrets",
            title="Tell Legal",
        ),
        freeze=set_freeze_window(
            cast.project,
            actor=Actor.of_person(cast.olga),
            name="Easter",
            starts_at=timezone.now(),
            ends_at=timezone.now() + timedelta(days=4),
        ),
        done_item=item_of(release, "audit-access"),
        probed_item=probed,
        waiver=waiver,
        evidence=attach_file(
            item_of(release, "configure-dns"), actor=priya, file=stored("dig.txt", b"192.0.2.1\n")
        ),
        probe=probe,
        signoff=_signed(cast, release),
        token=token,
        invitation=invitation,
        secret=secret,
        holder=RoleHolder.objects.get(role=cast.security),
        batch=assign_items(release, [Chosen(probed.pk)], actor=priya, to=cast.priya).number,
        saved=save_filter(actor=priya, name="Open", query="show=open"),
        earlier=open_small_release(cast, "2.3.0", Template.objects.get(slug="small")),
    )


def _signed(cast: Cast, release: Release) -> Signoff:
    return sign_release(
        release,
        actor=Actor.of_person(cast.sam),
        role="security",
        meaning=Meaning.APPROVE,
        digest=rule_digest_for(current_state(release), "security"),
        authenticated_at=timezone.now(),
    )


def tokens_of(world: World) -> dict[str, str | None]:
    """The columns of the matrix for the API. All of a role's tokens hold every scope there is."""
    cast = world.cast
    every = sorted(SCOPES)
    return {
        "none": None,
        "wrong": "rdy_" + "a" * 12 + "_" + "b" * 49,
        "expired": _token(cast.marta, every, expires_at=timezone.now() - timedelta(seconds=1)),
        "revoked": _token(cast.marta, every, revoked_at=timezone.now()),
        "deactivated": _token(cast.priya, every, of=cast.dana),
        "outsider": _token(cast.mallory, every),
        "elsewhere": _token(cast.mallory, every, of=cast.marta),
        "viewer": _token(cast.vic, every),
        "contributor": _token(cast.priya, every),
        "holder": _token(cast.sam, every),
        "manager": _token(cast.marta, every),
        "auditor": _token(cast.ada, every),
        "owner": _token(cast.olga, every),
        "narrow": _token(cast.marta, ["read"]),
        "blind": _token(cast.marta, [scope for scope in every if scope != "read"]),
    }


def _token(maker: Person, scopes: list[str], *, of: Person | None = None, **changes: Any) -> str:
    """A token as it may stand in the table, also beyond what its owner could be given now."""
    project = Membership.objects.filter(person=maker).latest("pk").project
    token, text = create_token(project, "pipeline", ["read"], actor=Actor.of_person(maker))
    fields = {"scopes": ",".join(scopes), "person": of or maker, **changes}
    ApiToken.objects.filter(pk=token.pk).update(**fields)
    return text
