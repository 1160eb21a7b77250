"""The addresses of this app's resources under /api/v1/."""

from django.urls import re_path

from hospital.kit.api.routers import Router

from .me import MeView

urlpatterns = [re_path(r"^me/?$", MeView.as_view(), name="me"), *Router(__package__).urls]
