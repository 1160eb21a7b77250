"""What stands beside a record's form in the admin: its history in plain words, its acts as buttons."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from hospital.kit.errors import Denied, RuleError, problem_of
from hospital.kit.web import histories
from hospital.kit.web.submitting import once

from .access import PolicyAdmin, actor_of
from .acts import RESTORE, RETIRE, AdminAct, VersionForm


class ButtonsAdmin(PolicyAdmin):
    """Pages of one record besides its form. ``history_hidden`` fields are not told."""

    acts: ClassVar[Sequence[AdminAct]] = (RETIRE, RESTORE)
    history_hidden: ClassVar[Sequence[str]] = ()

    def histories_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """What happened to the record, in plain words."""
        return histories.entries(obj, leave_out=self.history_hidden)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        self.require(request, "read", obj)
        self.looked(request, "read", [obj], object_id=obj.pk)
        context = self._context(request, obj, _("History"))
        context["entries"] = self.histories_of(request, obj)
        return TemplateResponse(request, "admin/object_history.html", context)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<path:object_id>/{act.name}/",
                self.admin_site.admin_view(self._view_of(act)),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{act.name}",
            )
            for act in self.acts
        ]
        return [*own, *super().get_urls()]

    def _view_of(self, act: AdminAct) -> Any:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            return self.act_view(request, object_id, act)

        return view

    def acts_on(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """The buttons of a record: label and address of each act that is open now."""
        if obj is None:
            return []
        return [
            {"label": act.label, "url": self._url(act.name, obj.pk)}
            for act in self.acts
            if act.on_retired == self.is_retired(obj) and self._is_open(request, act, obj)
        ]

    def _is_open(self, request: HttpRequest, act: AdminAct, obj: Any) -> bool:
        """Whether the person may do it, be it after showing the password again."""
        try:
            self.require(request, act.action, obj, act.fields)
        except Denied as exc:
            return exc.code == "reauth"
        return True

    def act_view(self, request: HttpRequest, object_id: str, act: AdminAct) -> HttpResponse:
        """What an act means and asks for; sent, it has its one effect."""
        self.require(request, act.action)
        obj = self.get_object(request, unquote(object_id))
        self.require(request, act.action, obj, act.fields)
        make = act.form or VersionForm
        form: Any = make(
            request.POST if request.method == "POST" else None, initial={"version": obj.version}
        )
        form.actor = actor_of(request)
        status = 200
        if request.method == "POST":
            answer, status = self._act(request, obj, act, form)
            if answer:
                return answer
        context = self._context(request, obj, act.label) | {"act": act, "form": form}
        return TemplateResponse(request, "admin/act.html", context, status=status)

    def _act(
        self, request: HttpRequest, obj: Any, act: AdminAct, form: Any
    ) -> tuple[HttpResponse | None, int]:
        """The answer when the act was done, or none and why not."""
        if not form.is_valid():
            return None, 400
        done = [obj]

        def run() -> Any:
            done.append(self._run(request, obj.pk, act, form))
            return done[-1]

        try:
            once(request, run)
        except RuleError as exc:
            form.refuse(exc)
            return None, getattr(problem_of(exc), "status", 409)
        except ValidationError as exc:
            form.add_error(None, _sentences(exc))
            return None, getattr(problem_of(exc), "status", 400)
        return self.response_act(request, done[-1]), 303

    def response_act(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """The answer after an act; ``obj`` is the record it was done with, unless it was done before."""
        return redirect(self._url_of(obj.pk))

    def _run(self, request: HttpRequest, pk: Any, act: AdminAct, form: Any) -> Any:
        obj = self.get_object(request, str(pk))
        act.run(actor_of(request), obj, form)
        self.message_user(request, _("Done: %(act)s") % {"act": act.label}, messages.SUCCESS)
        return obj

    # ---- addresses

    def _context(self, request: HttpRequest, obj: Any, title: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(obj),
            "opts": self.opts,
            "module_name": str(self.opts.verbose_name_plural).capitalize(),
            "original": obj,
            "object": obj,
        }

    def _url(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def _url_of(self, pk: Any) -> str:
        return self._url("change", pk) if pk else self._url("changelist")


def _sentences(exc: ValidationError) -> ValidationError:
    """What was wrong, as errors of the whole form: an act's form has no field for most of it."""
    by_field = exc.error_dict if hasattr(exc, "error_dict") else {"": exc.error_list}
    return ValidationError([error for errors in by_field.values() for error in errors])
