"""Organizations, sites, users, memberships."""

from __future__ import annotations

from functools import cached_property

import uuid_utils.compat
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from regain.organizations.rules import Permission, permissions_of


def new_id():
    """A UUIDv7: unique anywhere, and rows written together stay together in the index."""
    return uuid_utils.compat.uuid7()


class Scoped(models.QuerySet):
    """Reads start from the caller's organization."""

    def of(self, organization):
        """The rows of one organization, given as the row, its id or a member of it."""
        organization = getattr(organization, "organization_id", organization)
        return self.filter(organization=organization)


class Sites(Scoped):
    """Sites are the one thing a visitor may see of every organization: where to send answers, whom to call."""

    def open_to_visitors(self):
        """Every site with its organization, by name."""
        return self.select_related("organization").order_by("organization__name", "name")


class Organization(models.Model):
    """One clinic or group of clinics. Organizations never see each other."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    npi = models.CharField(max_length=10, blank=True)
    tax_id = models.CharField(max_length=20, blank=True)
    taxonomy = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=50, default="America/New_York")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where care is given. The state decides which license is needed when care happens here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sites", db_index=False)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=50, default="America/New_York")
    place_of_service = models.CharField(max_length=2, default="11")
    version = models.PositiveIntegerField(default=1)

    objects = Sites.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "name"], name="site_by_name")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields):
        """A user with an unusable password where none is given."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, by e-mail address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(null=True, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name


class Membership(models.Model):
    """A user in an organization, with roles (`rules.Role`). Every action is done `by` one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = Scoped.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return str(self.user)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """What the roles allow."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Whether the roles allow it."""
        return permission in self.permissions
