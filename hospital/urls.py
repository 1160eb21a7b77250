"""Every address of Openward, by door."""

from django.contrib import admin
from django.urls import include, path

# Tried in this order: what is asked most often stands first.
urlpatterns = [
    path("api/v1/", include("records.api.routes")),
    path("api/v1/", include("hospital.api.routes")),
    path("api/v1/", include("billing.api.routes")),
    path("", include("records.web.urls")),
    path("", include("billing.web.urls")),
    path("", include("hospital.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("hospital.api.site")),
]

handler400 = "hospital.web.errors.bad_request"
handler403 = "hospital.web.errors.forbidden"
handler404 = "hospital.web.errors.not_found"
handler500 = "hospital.web.errors.server_error"
