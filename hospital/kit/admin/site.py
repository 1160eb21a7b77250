"""Our admin site: Django's, behind our sign-in and our policy."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy


class OpenwardAdminSite(AdminSite):
    """One way in for everybody: the product's sign-in page."""

    site_header = site_title = "Openward"
    index_title = _("Administration")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return policy.allows(getattr(request, "actor", None), "hospital.admin.read")

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return redirect_to_login(
            request.GET.get("next") or request.get_full_path(), settings.LOGIN_URL
        )
