"""Our admin site: Django's, behind our sign-in and our policy."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.errors import Denied, Refusal, StaleError
from hospital.kit.web import stepup
from hospital.kit.web.pages import refused, sign_in_url

from .access import PolicyAdmin

ENTER = "hospital.admin.read"
View = Callable[..., HttpResponse]


class OpenwardAdminSite(AdminSite):
    """One way in for everybody: the product's sign-in page; one way to be refused: its error pages."""

    site_header = site_title = "Openward"
    index_title = _("Administration")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take the classes that ask our policy; what other packages offer asks nobody, so it stays out."""
        if admin_class is not None and issubclass(admin_class, PolicyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return policy.allows(getattr(request, "actor", None), ENTER)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's; whoever is signed in and not let in is told so, instead of sent in a circle."""
        inner = super().admin_view(_with_our_refusals(view), cacheable)

        @functools.wraps(inner)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if getattr(request, "actor", None) is not None and not self.has_permission(request):
                return refused(request, Denied(ENTER), ENTER)
            return inner(request, *args, **kwargs)

        return run

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if getattr(request, "actor", None) is not None:
            return redirect("admin:index")
        after = request.GET.get("next") or request.get_full_path()
        return redirect(sign_in_url(request, after))

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        auth.logout(request)
        return redirect(settings.LOGOUT_REDIRECT_URL)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        return redirect("hospital:account")

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """What the person may open, by task instead of by app, in the order a hospital is set up."""
        sections: dict[str, dict[str, Any]] = {}
        for app in self._build_app_dict(request, app_label).values():
            for entry in app["models"]:
                offered: Any = self._registry[entry["model"]]
                name = str(offered.section)
                section = sections.setdefault(name, {**app, "name": name, "models": []})
                section["models"].append(entry | {"order": offered.order})
        for section in sections.values():
            section["models"].sort(key=lambda entry: entry["order"])
        return sorted(sections.values(), key=lambda section: section["models"][0]["order"])


def _with_our_refusals(view: View) -> View:
    """Tell a refusal of an admin view by the pages that every other page tells it by."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stepup.lift(request)
        try:
            return view(request, *args, **kwargs)
        except (Refusal, PermissionDenied, StaleError, Http404) as exc:
            if stepup.is_proven(request, exc):
                return run(request, *args, **kwargs)
            permission = exc.permission if isinstance(exc, Denied) else ENTER
            return refused(request, exc, permission)

    return run
