"""Django's admin with our site in it."""

from django.contrib.admin import apps


class OpenwardAdminConfig(apps.AdminConfig):
    """Signed in by our sign-in page, allowed by our policy."""

    default_site = "hospital.kit.admin.site.OpenwardAdminSite"
