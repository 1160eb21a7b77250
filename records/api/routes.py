"""The addresses of this app's resources under /api/v1/."""

from django.urls import re_path

from hospital.kit.api.routers import Router

from .availability import AvailabilityView

urlpatterns = [
    re_path(r"^availability/?$", AvailabilityView.as_view(), name="availability"),
    *Router(__package__).urls,
]
