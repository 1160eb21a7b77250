"""The addresses of this app's resources under /api/v1/."""

from django.urls import re_path

from hospital.kit.api.routers import Router

from .departments import DepartmentViewSet
from .hospitals import HospitalViewSet
from .me import MeView
from .wards import WardViewSet

router = Router()
router.add("hospitals", HospitalViewSet)
router.add("departments", DepartmentViewSet)
router.add("wards", WardViewSet)

urlpatterns = [re_path(r"^me/?$", MeView.as_view(), name="me"), *router.urls]
