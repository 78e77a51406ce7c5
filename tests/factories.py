"""Rows for tests of people and access. Releases and items are opened through operations instead."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone

from checklists.models import Membership, Person, Project, Role, RoleHolder, SignoffRole

PASSWORD = "a long enough sentence"
"""The password of everybody in the tests."""


class PersonFactory(factory.django.DjangoModelFactory):
    """Somebody who can sign in with PASSWORD."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    name = factory.Faker("name")
    email = factory.Sequence(lambda number: f"person{number}@example.com")
    joined_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    password = factory.django.Password(PASSWORD)


class ProjectFactory(factory.django.DjangoModelFactory):
    """A project without members."""

    class Meta:
        model = Project

    slug = factory.Sequence(lambda number: f"project-{number}")
    name = factory.LazyAttribute(lambda project: project.slug.replace("-", " ").capitalize())
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))


class MembershipFactory(factory.django.DjangoModelFactory):
    """A contributor of a project, unless told otherwise."""

    class Meta:
        model = Membership

    project = factory.SubFactory(ProjectFactory)
    person = factory.SubFactory(PersonFactory)
    role = Role.CONTRIBUTOR


class SignoffRoleFactory(factory.django.DjangoModelFactory):
    """A duty that nobody holds yet."""

    class Meta:
        model = SignoffRole

    project = factory.SubFactory(ProjectFactory)
    slug = factory.Sequence(lambda number: f"role-{number}")
    name = factory.LazyAttribute(lambda role: role.slug.replace("-", " ").capitalize())


class RoleHolderFactory(factory.django.DjangoModelFactory):
    """A person who may sign for a role. Make them a member of its project, too."""

    class Meta:
        model = RoleHolder

    role = factory.SubFactory(SignoffRoleFactory)
    person = factory.SubFactory(PersonFactory)
