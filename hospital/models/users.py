"""User accounts: people and programs."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.records import Record, RecordQuerySet


class UserQuerySet(RecordQuerySet):
    """Accounts."""


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Looks accounts up by username, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser, Record):
    """Somebody who can act: a person with a password, or a client (program) with tokens.

    What the account may do comes from its memberships alone; there are no groups and no superuser.
    """

    errors_at = {"username_taken": "username"}

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        CLIENT = "client", _("program")

    username = models.CharField(
        _("username"),
        max_length=60,
        validators=[
            RegexValidator(r"^[\w.@+-]+\Z", _("Use letters, digits and @ . + - _ only."), "invalid")
        ],
    )
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("email"), blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PERSON)
    is_active = models.BooleanField(_("may sign in"), default=True)
    has_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    theme = models.CharField(
        _("colours"), max_length=8, default="system",
        choices=[("system", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
    )  # fmt: skip
    density = models.CharField(
        _("density"), max_length=12, default="comfortable",
        choices=[("comfortable", _("comfortable")), ("compact", _("compact"))],
    )  # fmt: skip

    objects: ClassVar[Any] = UserManager()

    # Sign-ins stand in the audit; here each would be a new version of the account.
    last_login = None
    # The hash is secret, so it is no part of the history.
    UNTRACKED = frozenset({"password"})

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    SERVER_FIELDS = Record.SERVER_FIELDS | {"password"}

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_code="username_taken",
                violation_error_message=_("This username is already in use. Choose another."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]

    @property
    def is_staff(self) -> bool:
        """Whether the admin site lets this account in; which pages it sees there the policy says."""
        actor = getattr(self, "actor", None)
        return bool(actor) and policy.allows(actor, "hospital.admin.read")

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """Ask the policy, on the account of the request's actor; an unknown permission raises."""
        actor = getattr(self, "actor", None)
        return policy.allows(actor, permission, obj)

    def has_perms(self, permissions: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
