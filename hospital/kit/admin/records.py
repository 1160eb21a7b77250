"""Records in the admin: saved through the acts, stale edits refused, retired instead of deleted."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hospital.kit import facts, policy
from hospital.kit.errors import Denied, RuleError, StaleError, problem_of
from hospital.kit.web.forms import RecordForm, conflict
from hospital.kit.web.searched import SearchedChoiceField
from hospital.kit.web.submitting import once, sent_before
from hospital.kit.web.walltimes import WallTimeField, WallTimeInput

from .access import actor_of
from .buttons import ButtonsAdmin
from .filters import RetiredFilter


class DateInput(forms.DateInput):
    """A day, by the browser's own picker; one control with one label."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """A moment in the hospital's zone, in the same way."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Unsaved(Exception):
    """The form was drawn again instead of saved: nothing of the transaction stays."""

    def __init__(self, response: HttpResponse):
        self.response = response
        super().__init__()


class RecordAdmin(ButtonsAdmin):
    """The admin of a record. A form sent twice has one effect; nothing typed is lost.

    ``fixed`` fields are chosen when the record is made and never again, of ``searched`` ones there are many
    to choose from. With ``adds_many`` the form of
    a new record offers to go on with the next one.
    """

    form = RecordForm
    formfield_overrides: ClassVar[Any] = {
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": DateTimeInput},
        models.DateField: {"widget": DateInput},
        models.TimeField: {"form_class": WallTimeField, "widget": WallTimeInput},
    }
    fixed: ClassVar[Sequence[str]] = ()
    searched: ClassVar[Sequence[str]] = ()
    adds_many: ClassVar[bool] = True
    list_filter: ClassVar[Any] = (RetiredFilter,)

    # ---- what a class may change

    def server(self, request: HttpRequest) -> dict[str, Any]:
        """The facts of a new record that the server sets."""
        has_hospital = any(field.name == "hospital" for field in self.opts.fields)
        return {"hospital_id": actor_of(request).hospital_id} if has_hospital else {}

    def create(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Store a new record by its service."""
        facts.create(actor_of(request), obj)

    def change(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Store a changed record by its service."""
        facts.change(actor_of(request), obj, expected_version=form.expected_version)

    # ---- the form

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        base = super().get_form(request, obj, change, **kwargs)
        options = {"actor": actor_of(request), "server": {} if change else self.server(request)}
        refusal = getattr(request, "refusal", None)

        class BoundForm(base):  # type: ignore[misc, valid-type]
            def __init__(self, *args: Any, **given: Any):
                super().__init__(*args, **options, **given)

            def _post_clean(self) -> None:
                super()._post_clean()
                if isinstance(refusal, ValidationError):
                    self.take(refusal)
                elif refusal is not None:
                    self.refuse(refusal)

        return BoundForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "version"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the policy does not let this person write, and what is fixed from the beginning."""
        shown_only = list(self.readonly_fields)
        if obj is None:
            return shown_only
        allowed = policy.fields_of(actor_of(request), self.resource, "update")
        names = [field.name for field in self.opts.concrete_fields if field.editable]
        return [
            *shown_only,
            *(n for n in names if n in self.fixed or not (allowed is None or n in allowed)),
        ]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.searched:
            kwargs["form_class"] = SearchedChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Field | None:
        """No windows on top of the form: what is missing is added on its own page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for name in (
            "can_add_related",
            "can_change_related",
            "can_view_related",
            "can_delete_related",
        ):
            if field is not None and hasattr(field.widget, name):
                setattr(field.widget, name, False)
        return field

    # ---- saving

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """The form of a new or standing record, and what sending it comes to."""
        if request.method == "POST":
            self.require(request, "update" if object_id else "create")
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if obj is None or request.method == "POST":
            self._may_save(request, obj)
        extra = {
            **(extra_context or {}),
            "acts": self.acts_on(request, obj),
            "show_save_and_add_another": obj is None and self.adds_many,
            "show_save_and_continue": False,
        }
        if request.method == "POST":
            return self._send(request, object_id, obj, (request, object_id, form_url, extra))
        if obj is not None:
            self.require(request, "read", obj)
            if self.has_change_permission(request, obj):
                # Who will be asked for the password is asked before typing, not after.
                self.require(request, "update", obj)
            self.looked(request, "read", [obj], object_id=obj.pk)
        return self._drawn(request, object_id, form_url, extra)

    def _drawn(self, *page: Any) -> Any:
        """The form as Django draws, checks and saves it, without the transaction that it opens itself."""
        return self._changeform_view(*page)  # type: ignore[attr-defined]

    def _may_save(self, request: HttpRequest, obj: Any) -> None:
        """Raise unless the person may save this form; of a new record, before anything is typed."""
        if obj is None:
            self.require(request, "create")
            return
        self.require(request, "update", obj)
        if self.is_retired(obj):
            raise RuleError("retired")
        if not self.has_change_permission(request, obj):
            raise Denied(f"{self.resource}.update")

    def _send(self, request: Any, object_id: Any, obj: Any, page: tuple) -> HttpResponse:
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        make = self.get_form(request, obj, change=obj is not None, fields=fields)
        form = make(request.POST, request.FILES, instance=obj)
        if not form.is_valid():
            again = sent_before(request, to=self._url_of)
            return again or self._drawn_again(page, ValidationError(form.errors.as_data()))
        try:
            return self._saved(request, page)
        except Unsaved as exc:
            return exc.response
        except (ValidationError, RuleError) as exc:
            request.refusal = exc
            return self._drawn_again(page, exc)
        except StaleError as exc:
            return conflict(request, form, exc)

    def _saved(self, request: Any, page: tuple) -> HttpResponse:
        """Save once, in the door's one transaction."""
        answers = []

        def act() -> Any:
            request.saved = None
            answers.append(self._drawn(*page))
            if request.saved is None:
                raise Unsaved(answers[-1])
            return request.saved

        pk = once(request, act)
        return answers[-1] if answers else redirect(self._url_of(pk))

    def _drawn_again(self, page: tuple, exc: Exception) -> HttpResponse:
        response = self._drawn(*page)
        problem = problem_of(exc)
        response.status_code = problem.status if problem else 400
        return response

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.change(request, obj, form)
        else:
            self.create(request, obj, form)
        request.saved = obj

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has it."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.message_user(request, _("Added."), messages.SUCCESS)
        if "_addanother" in request.POST:
            return redirect(request.path)
        return redirect(self._url_of(obj.pk))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.message_user(request, _("Saved."), messages.SUCCESS)
        return self.response_post_save_change(request, obj)
