"""People of the installation: its owners, who is active, and what people are called."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_text
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.models import AuditChain, Person
from checklists.operations.holdings import release_holdings
from checklists.operations.quorums import Shortage, shortages_of
from checklists.operations.transactions import operation
from checklists.permissions import require_owner

NAME_LIMIT = 120


@operation
def create_owner(email: str, *, actor: Actor, name: str = "") -> Person:
    """Make somebody an owner of the installation, without a password yet.

    Somebody who is one already stays as they are. Raises NotAllowed, Invalid; Conflict for a
    deactivated person.
    """
    chain = audit.locked_installation()
    require_owner(actor)
    address = checked_email(email)
    person = Person.objects.filter(email__iexact=address).first()
    if person is None:
        return add_person(chain, address, name, actor=actor, is_owner=True)
    if not person.is_active:
        raise Conflict(
            _("%(person)s is deactivated; reactivate them first.") % {"person": person},
            code="deactivated",
        )
    if not person.is_owner:
        person.is_owner = True
        person.save(update_fields=["is_owner"])
        audit.append(chain, "person.made_owner", actor=actor, subject=person, rows=[person])
    return person


def add_person(
    chain: AuditChain,
    email: str,
    name: str,
    *,
    actor: Actor | None = None,
    password: str = "",
    is_owner: bool = False,
) -> Person:
    """Add somebody inside the caller's transaction. Without an actor they join by themselves.

    `password` is hashed already; empty means that none is set. Raises Invalid for a bad name.
    """
    person = Person(
        email=email,
        name=checked_name(name) if name else "",
        is_owner=is_owner,
        joined_at=audit.moment(chain),
        password=password,
    )
    if not password:
        person.set_unusable_password()
    person.save(force_insert=True)
    audit.append(
        chain,
        "person.joined",
        actor=actor or Actor.of_person(person),
        subject=person,
        rows=[person],
    )
    return person


@operation
def deactivate_person(person: Person, *, actor: Actor) -> tuple[Shortage, ...]:
    """Shut somebody out: no sign-in, no signing, and their tokens are revoked for good.

    What they did stays. Returns the sign-off rules that too few people can meet now. Raises
    NotAllowed; Conflict for the last owner of the installation.
    """
    chain = audit.locked_installation()
    require_owner(actor)
    person.refresh_from_db()
    if not person.is_active:
        return ()
    if person.is_owner and not _other_owners(person).exists():
        raise Conflict(
            _(
                "%(person)s is the last owner of this installation. Make somebody else "
                "an owner first."
            )
            % {"person": person},
            code="last_owner",
        )
    person.is_active = False
    person.save(update_fields=["is_active"])
    held = release_holdings(chain, person)
    audit.append(
        chain,
        "person.deactivated",
        actor=actor,
        subject=person,
        data=held.as_data(),
        rows=[person, *held.rows],
        gone=held.gone,
    )
    return shortages_of(held.projects)


@operation
def reactivate_person(person: Person, *, actor: Actor) -> Person:
    """Let somebody in again, with their memberships; roles and tokens must be given anew.

    Raises NotAllowed.
    """
    chain = audit.locked_installation()
    require_owner(actor)
    person.refresh_from_db()
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        audit.append(chain, "person.reactivated", actor=actor, subject=person, rows=[person])
    return person


@operation
def change_own_name(name: str, *, actor: Actor) -> Person:
    """Change what one is called. The log says that it happened and holds neither name.

    Raises NotAllowed for anybody but a person, Invalid for a bad name.
    """
    chain = audit.locked_installation()
    if actor.in_person is None:
        raise NotAllowed(_("Only people have names, and change them themselves."))
    wanted = checked_name(name)
    person = Person.objects.get(pk=actor.in_person.pk)
    if person.name != wanted:
        person.name = wanted
        person.save(update_fields=["name"])
        audit.append(chain, "person.renamed", actor=actor, subject=person, rows=[person])
    return person


@operation
def change_own_address(email: str, *, actor: Actor) -> Person:
    """Change the address one signs in with, which was proved. The log holds neither address.

    Raises NotAllowed for anybody but an active person, Invalid for no address; Conflict for one
    that is somebody's already.
    """
    chain = audit.locked_installation()
    if actor.in_person is None or not actor.in_person.is_active:
        raise NotAllowed(_("Only people have addresses, and change them themselves."))
    wanted = checked_email(email)
    person = Person.objects.get(pk=actor.in_person.pk)
    if Person.objects.filter(email__iexact=wanted).exclude(pk=person.pk).exists():
        raise Conflict(_("This address cannot be used."), code="address_taken", field="email")
    if person.email != wanted:
        person.email = wanted
        person.save(update_fields=["email"])
        audit.append(chain, "person.address_changed", actor=actor, subject=person, rows=[person])
    return person


def checked_email(email: str) -> str:
    """The address, trimmed. Raises Invalid for anything that is none."""
    address = checked_text(email, field="email", limit=254)
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(
            _("“%(address)s” is no e-mail address.") % {"address": address},
            code="bad_email",
            field="email",
        ) from None
    return address


def checked_name(name: str, *, field: str = "name") -> str:
    """A name in one line, trimmed. Raises Invalid."""
    return " ".join(checked_text(name, field=field, limit=NAME_LIMIT).split())


def _other_owners(person: Person) -> QuerySet[Person]:
    return Person.objects.filter(is_owner=True, is_active=True).exclude(pk=person.pk)
