"""What is done with somebody's account: invited anew, disabled, let in again, signed out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.errors import Denied, NotVisible
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.submitting import submit
from hospital.models import User
from hospital.services import accounts, factors, invitations, sessions


@dataclass(frozen=True)
class UserAct:
    """One act on an account: a button, a page that says what it means, one effect.

    ``is_open(user)`` says for which accounts it is offered.
    """

    name: str
    label: str | Promise
    meaning: str | Promise
    run: Callable[[Actor, User, int | None], Any]
    is_open: Callable[[User], bool]
    icon: str
    field: str = "is_active"
    kind: str = "danger"


def _set_active(value: bool) -> Callable[[Actor, User, int | None], Any]:
    def run(actor: Actor, user: User, version: int | None) -> None:
        user.is_active = value
        accounts.change(actor, user=user, expected_version=version)

    return run


ACTS = (
    UserAct(
        "invite", _("New invitation"),
        invitations.MEANING,
        lambda actor, user, _version: invitations.issue(actor, user=user),
        lambda user: user.is_active and user.kind == User.Kind.PERSON, "key-round",
        field="password", kind="primary",
    ),
    UserAct(
        "factor", _("Take off the second factor"), factors.MEANING,
        lambda actor, user, _version: factors.take_off(actor, user=user),
        factors.has_one, "smartphone", field="password",
    ),
    UserAct(
        "sessions", _("Sign out everywhere"),
        _("Every session of the account ends with its next click. The person may sign in again."),
        lambda actor, user, _version: sessions.end_all(actor, user=user),
        lambda user: user.is_active, "log-out", kind="primary",
    ),
    UserAct(
        "disable", _("Disable account"),
        _("Nobody can sign in to the account any more. Every session of it ends with its next click, and so does every "
          "token of a program. The roles stay, and so does everything on record."),
        _set_active(False), lambda user: user.is_active, "ban",
    ),
    UserAct(
        "enable", _("Let in again"),
        _("The person can sign in again, with the password and the roles from before."),
        _set_active(True), lambda user: not user.is_active, "check", kind="primary",
    ),
)  # fmt: skip


class ActPages(RecordPages):
    """The pages of these acts, for the pages of staff."""

    def __init__(self, request: HttpRequest):
        super().__init__(request)
        # Of an invitation that this request made.
        self.secret, self.invited = "", User()

    @classmethod
    def act_urls(cls) -> list[URLPattern]:
        show = cls.view("act", "update", "GET POST")
        return [
            path(f"staff/<uuid:pk>/{act.name}/", show, {"name": act.name}, f"user-{act.name}")
            for act in ACTS
        ]

    def acts_on(self, record: User) -> list[dict[str, Any]]:
        """The acts that are open now: label, icon and address of each."""
        return [
            {"label": act.label, "icon": act.icon, "url": _url(act, record)}
            for act in ACTS
            if act.is_open(record) and self._may(record, act)
        ]

    def act(self, pk: UUID, name: str) -> HttpResponse:
        """What an act means; sent, it has its one effect."""
        act = next(each for each in ACTS if each.name == name)
        record = self._reached(pk, act)
        if self.request.method != "POST":
            return self._render("act", {"record": record, "act": act})
        version = self.request.POST.get("version", "")
        expected = int(version) if version.isdecimal() else 0

        def run() -> User:
            user = self._reached(pk, act)
            result = act.run(self.actor, user, expected)
            if isinstance(result, str):
                self.secret, self.invited = result, user
            else:
                messages.success(self.request, gettext("Done: %(act)s") % {"act": act.label})
            return user

        return self.handing_over(submit(self.request, run, to=self._to))

    def handing_over(self, response: HttpResponse) -> HttpResponse:
        """The answer, or the one page that shows the link of an invitation made just now."""
        if not self.secret or response.status_code != 302:
            return response
        here = self.request.build_absolute_uri("/")
        link = invitations.link_of(self.secret, here=here)
        is_mailed = invitations.mail(self.invited, link)
        shown = {"record": self.invited, "link": link, "is_mailed": is_mailed}
        return self._render("invited", shown)

    def _reached(self, pk: UUID, act: UserAct) -> Any:
        record = self._record(pk, "update")
        policy.require(self.actor, "hospital.user.update", record, fields={act.field})
        return record

    def _may(self, record: User, act: UserAct) -> bool:
        """Whether the person may do it, be it after showing the password again."""
        try:
            policy.require(self.actor, "hospital.user.update", record, fields={act.field})
        except (Denied, NotVisible) as exc:
            return exc.code == "reauth"
        return True


def _url(act: UserAct, record: User) -> str:
    return reverse(f"hospital:user-{act.name}", args=[record.pk])
