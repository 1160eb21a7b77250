"""The addresses of this app's resources under /api/v1/."""

from django.urls import re_path

from hospital.kit.api.routers import Router

from .costs import CostView
from .estimates import EstimateOfTreatment, EstimatesOfTreatment

# Treatments themselves are of the records; what they cost is told here.
TREATMENT = r"^treatments/(?P<pk>[^/.]+)"
urlpatterns = [
    re_path(rf"{TREATMENT}/cost/?$", CostView.as_view(), name="treatment-cost"),
    re_path(
        rf"{TREATMENT}/estimate/?$",
        EstimateOfTreatment.as_view({"post": "estimate"}),
        name="treatment-estimate",
    ),
    re_path(
        rf"{TREATMENT}/estimates/?$",
        EstimatesOfTreatment.as_view({"get": "estimates"}),
        name="treatment-estimates",
    ),
    *Router(__package__).urls,
]
