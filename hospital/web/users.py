"""Pages of staff: the list, one person, inviting somebody."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.codes import sentence
from hospital.kit.exports import Column
from hospital.kit.menu import Entry
from hospital.kit.records import Record
from hospital.kit.web import histories
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.neardates import NearDateField
from hospital.models import Hospital, Membership, User
from hospital.services import accounts, factors, invitations, overview, sessions

from . import user_listing
from .user_acts import ActPages
from .user_listing import StaffListing, StaffSelection

# How one's own pages look is nobody else's business.
PREFERENCES = ("theme", "density", "has_shortcuts")
# So many roles that were taken away are shown; the history has all of them.
GONE = 10
NAMES = ("full_name", "username", "email")

KIND = SimpleNamespace(verbose_name=_("account"), verbose_name_plural=_("staff"))


class UserForm(RecordForm):
    """Who a standing account belongs to."""

    class Meta:
        model = User
        fields = NAMES


class InvitationForm(RecordForm):
    """A new account with its first role: nobody sees an account that works nowhere."""

    role = forms.ChoiceField(label=_("Role"))
    hospital = forms.ModelChoiceField(Hospital.objects.all(), label=_("Hospital"))
    valid_from = NearDateField(label=_("From"), required=False)
    valid_to = NearDateField(
        label=_("Until"), required=False, help_text=_("The last day, if it is known.")
    )

    class Meta:
        model = User
        fields = NAMES
        help_texts = {"username": _("What the person signs in with.")}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        actor = options["actor"]
        self.instance.set_unusable_password()
        field: Any = self.fields["role"]
        offered = [(role.value, role.label) for role in accounts.roles_to_give(actor)]
        field.choices, field.required = [("", "—"), *offered], True
        if actor.hospital_id is not None:
            del self.fields["hospital"]

    def clean(self) -> dict[str, Any]:
        """The role is a record of its own, so its own fields say when nothing was chosen."""
        for name in ("role", "hospital"):
            if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(sentence("required"), "required"))
        return super().clean() or self.cleaned_data


class UserPages(ActPages):
    """The people of the hospital; for the operator the administrators of every hospital."""

    topic = "users"
    form_class = UserForm
    columns = ("full_name", "username")
    filters = ("full_name", "role", "state")
    selection_class = StaffSelection
    icon, group, order = "id-card", _("Hospital"), 65

    @classmethod
    def urls(cls) -> list[URLPattern]:
        return [
            path("staff/", cls.view("index", "list"), name="user-list"),
            path("staff/new/", cls.view("new", "create", "GET POST"), name="user-create"),
            path("staff/<uuid:pk>/", cls.view("detail", "read"), name="user-detail"),
            path("staff/<uuid:pk>/edit/", cls.view("edit", "update", "GET POST"), name="user-edit"),
            path("staff/export/", cls.view("export", "export", "POST"), name="user-export"),
            *cls.act_urls(),
        ]

    @classmethod
    def entry(cls) -> Entry:
        return Entry(
            _("Staff"), "hospital:user-list", cls.icon, "hospital.user.list",
            cls.group, cls.order, "/staff/",
        )  # fmt: skip

    def queryset(self) -> Any:
        return user_listing.staff(self.actor)

    def index(self) -> HttpResponse:
        listing = StaffListing(
            self.request, self.queryset(), columns=self.columns, filters=self.filters
        )
        people = [{"row": row, **user_listing.told(row.record, self.actor)} for row in listing.rows]
        name, username = listing.columns
        columns = [name, {**username, "is_wide_only": True}, *user_listing.COLUMNS]
        part = "#rows" if getattr(self.request, "htmx", None) else ""
        shown = {"listing": listing, "people": people, "columns": columns, **self.around(listing)}
        return self._render("list", shown, part=part)

    def more_columns(self) -> list[Column]:
        return user_listing.columns_of_file(self.actor)

    def new(self) -> HttpResponse:
        """The form of a new account; sent, the answer shows the link that lets the person in."""
        form = self._form(InvitationForm, initial={"role": self.request.GET.get("role", "")})
        return self.handing_over(self._answer(form, lambda: self._invite(form)))

    def edit(self, pk: UUID) -> HttpResponse:
        """The form of somebody else's account; one's own is under My account."""
        if pk == self.actor.user_id:
            return redirect("hospital:account")
        return super().edit(pk)

    def detail(self, pk: UUID) -> HttpResponse:
        """One person: account, roles here, sessions, history; one's own is under My account."""
        if pk == self.actor.user_id and not policy.allows(self.actor, "hospital.user.list"):
            return redirect("hospital:account")
        return super().detail(pk)

    def facts_of(self, record: User) -> list[dict[str, Any]]:
        told = [fact for fact in super().facts_of(record) if fact["value"]]
        has_factor = factors.has_one(record)
        told.append(
            {
                "label": gettext("Second factor"),
                "value": gettext("on") if has_factor else gettext("off"),
            }
        )
        return told

    def entries_of(self, record: User) -> list[dict[str, Any]]:
        roles = Membership.history.filter(
            policy.scope_q(self.actor, "hospital.membership.list"), user_id=record.pk
        )
        hidden = {"user", *PREFERENCES, *(["hospital"] if self.actor.hospital_id else [])}
        return histories.entries(record, parts={"memberships": roles}, leave_out=hidden)

    def more(self, record: User) -> dict[str, Any]:
        """The roles here and what may be done with each, where the person is signed in, the acts."""
        roles = user_listing.roles_here(self.actor).filter(user=record).select_related("hospital")
        here = list(roles.live().order_by("role", "id"))
        lasting = user_listing.lasting(roles).exists()
        open_sessions = sessions.of(record)
        seen = sessions.last_uses(open_sessions)
        invitation = getattr(record, "invitation", None)
        return {
            "badge": self._badge(record, has_work=lasting),
            "invitation": invitation,
            "roles": [
                {
                    "row": row,
                    "may_change": policy.allows(self.actor, "hospital.membership.update", row),
                    "may_take": policy.allows(self.actor, "hospital.membership.retire", row),
                }
                for row in here
            ],
            "gone": [
                {
                    "row": row,
                    "may_restore": policy.allows(self.actor, "hospital.membership.restore", row),
                }
                for row in roles.retired().order_by("-retired_at")[:GONE]
            ],
            "open_sessions": [
                {
                    "device": sessions.device(row.user_agent),
                    "since": row.created_at,
                    "seen": seen.get(row.pk),
                }
                for row in open_sessions
            ],
            "acts": self.acts_on(record),
            "add_role_url": self._add_role_url(record),
            "is_self": record.pk == self.actor.user_id,
        }

    def change(self, form: RecordForm) -> Record:
        return accounts.change(
            self.actor, user=form.record(), expected_version=form.expected_version
        )

    # ---- what they stand on

    def _context(self, shown: dict[str, Any]) -> dict[str, Any]:
        return {**super()._context(shown), "kind": KIND}

    def _badge(self, record: User, *, has_work: bool) -> dict[str, str]:
        shown = user_listing.badge(record, has_work=has_work)
        return shown | {"label": gettext("Can sign in")} if shown["tone"] == "ok" else shown

    def _add_role_url(self, record: User) -> str:
        is_within_reach = record.pk != self.actor.user_id and record.is_active
        if not is_within_reach or not accounts.roles_to_give(self.actor):
            return ""
        return f"{reverse('hospital:membership-create')}?user={record.pk}"

    def _invite(self, form: InvitationForm) -> Record:
        typed = form.cleaned_data
        user = form.record()
        self.invited = user
        self.secret = invitations.invite(
            self.actor, user=user, hospital=typed.get("hospital") or overview.own(self.actor),
            role=typed["role"], valid_from=typed["valid_from"], valid_to=typed["valid_to"],
        )  # fmt: skip
        return user
