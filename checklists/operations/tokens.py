"""API tokens: their owner's rights in one project, narrowed to scopes, for a time.

A token reads ``rdy_<id>_<secret><crc>``: 12 characters to find it, 43 that prove it (256 bits), 6
that catch a slip of the keyboard without asking the database. Only SHA-256 of the secret is kept;
it is random, so a slow hash would protect nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_text
from checklists.errors import Invalid, NotAllowed
from checklists.models import ApiToken, Project, Role
from checklists.operations.projects import require_not_archived
from checklists.operations.transactions import operation
from checklists.permissions import POLICY, SCOPES, require, role_in
from checklists.words import noun_inside

DEFAULT_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=366)
_SEEN_EVERY = timedelta(minutes=1)
_ALPHABET = string.ascii_letters + string.digits
_FORMAT = re.compile(r"rdy_([a-z0-9]{12})_([A-Za-z0-9]{43})([A-Za-z0-9]{6})")


@operation
def create_token(
    project: Project,
    name: str,
    scopes: Iterable[str],
    *,
    actor: Actor,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for the acting person; returns it and its text, which is known only now.

    `expires_at` is 90 days from now unless given, and a year at most. Raises NotVisible;
    NotAllowed for scopes beyond one's own rights; Invalid; Conflict if the project is archived.
    """
    chain = audit.locked_installation()
    require(actor, "own_tokens", project)
    person = actor.person
    role = role_in(person, project)
    if person is None or role is None:
        raise NotAllowed(_("Tokens belong to people."))
    require_not_archived(Project.objects.get(pk=project.pk))
    now = audit.moment(chain)
    public_id, secret = _random(12, _ALPHABET[:26] + string.digits), _random(43, _ALPHABET)
    token = ApiToken.objects.create(
        public_id=public_id,
        secret_hash=_hash_of(secret),
        name=" ".join(checked_text(name, field="name", limit=80).split()),
        person=person,
        project=project,
        scopes=",".join(_checked_scopes(scopes, role)),
        created_at=now,
        expires_at=_checked_end(expires_at, now),
    )
    audit.append(
        chain,
        "token.created",
        actor=actor,
        subject=token,
        data={"project": project.pk, "token": public_id},
        rows=[token],
    )
    text = f"rdy_{public_id}_{secret}"
    return token, text + _checksum(text)


@operation
def revoke_token(token: ApiToken, *, actor: Actor) -> ApiToken:
    """End a token at once and for good. Its owner may, and owners of the project.

    Raises NotVisible, NotAllowed.
    """
    chain = audit.locked_installation()
    require(actor, "own_tokens", token.project)
    if token.person_id != (actor.person.pk if actor.person else None):
        require(actor, "manage_project", token.project)
    token = ApiToken.objects.select_related("project", "person").get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = audit.moment(chain)
        token.save(update_fields=["revoked_at"])
        audit.append(
            chain,
            "token.revoked",
            actor=actor,
            subject=token,
            data={"project": token.project_id, "token": token.public_id},
            rows=[token],
        )
    return token


def authenticate_token(text: str) -> ApiToken | None:
    """The usable token that a text is, with its person and project; otherwise None.

    Wrong, over, revoked, or of somebody deactivated: the answer and its time are the same. Notes
    at most once a minute that the token was used, which is no event.
    """
    parts = _FORMAT.fullmatch(text)
    if parts is None or _checksum(text[:-6]) != parts[3]:
        return None
    token = ApiToken.objects.select_related("person", "project").filter(public_id=parts[1]).first()
    known = token.secret_hash if token else _hash_of("")
    proved = hmac.compare_digest(known, _hash_of(parts[2]))
    if token is None or not proved or not token.is_usable or not token.person.is_active:
        return None
    _note_use(token)
    return token


def grantable_scopes(role: Role) -> list[str]:
    """The scopes a member with this role may give a token: those they have a use for."""
    allowed = {policy.scope for policy in POLICY.values() if role in policy.roles}
    # No role pushes results in person: those who may change items may let a pipeline report.
    if role in POLICY["answer_item"].roles:
        allowed.add("results")
    return [scope for scope in SCOPES if scope in allowed]


def _checked_scopes(scopes: Iterable[str], role: Role) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted:
        raise Invalid(_("Choose at least one scope."), code="no_scope", field="scopes")
    for scope in wanted:
        if scope not in SCOPES:
            raise Invalid(
                _("There is no scope “%(scope)s”. Scopes are %(scopes)s.")
                % {"scope": scope[:40], "scopes": ", ".join(SCOPES)},
                code="no_such_scope",
                field="scopes",
            )
    beyond = [scope for scope in wanted if scope not in grantable_scopes(role)]
    if beyond:
        raise NotAllowed(
            _(
                "You are %(label)s here, so your tokens cannot have %(beyond)s: a token "
                "never may more than its owner."
            )
            % {"label": noun_inside(role.label), "beyond": ", ".join(beyond)},
            code="beyond_own_rights",
            scopes=beyond,
        )
    return wanted


def _checked_end(expires_at: datetime | None, now: datetime) -> datetime:
    end = expires_at or now + DEFAULT_LIFE
    if not now < end <= now + LONGEST_LIFE:
        raise Invalid(
            _("A token ends within a year from now, and not in the past."),
            code="bad_expiry",
            field="expires_at",
        )
    return end


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is not None and token.last_used_at > now - _SEEN_EVERY:
        return
    with transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).filter(
            Q(last_used_at=None) | Q(last_used_at__lte=now - _SEEN_EVERY)
        ).update(last_used_at=now)
    token.last_used_at = now


def _random(length: int, alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(text: str) -> str:
    """CRC-32 in base 62, six characters."""
    number, digits = zlib.crc32(text.encode()), ""
    for _place in range(6):
        number, rest = divmod(number, 62)
        digits = _ALPHABET[rest] + digits
    return digits
