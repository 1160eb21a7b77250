"""The addresses of this app's resources under /api/v1/."""

from django.urls import re_path

from hospital.kit.api.routers import Router

from .availability import AvailabilityView
from .bed_acts import ACTS, BedActs, PuttingUp, TakingAway
from .bed_board import BedBoardView
from .inpatient_acts import BlockersView
from .inpatients import InPatientViewSet

# Beds themselves are the hospital's; what is done with them by who cares for patients is told here.
urlpatterns = [
    re_path(r"^availability/?$", AvailabilityView.as_view(), name="availability"),
    re_path(r"^beds/board/?$", BedBoardView.as_view(), name="bed-board"),
    *(
        re_path(
            rf"^beds/(?P<pk>[^/.]+)/{word}/?$",
            BedActs.as_view({"post": word}),
            name=f"bed-{word}",
        )
        for word in ACTS
    ),
    re_path(
        r"^beds/(?P<pk>[^/.]+)/take-away/?$",
        TakingAway.as_view({"post": "take_away"}),
        name="bed-take-away",
    ),
    re_path(
        r"^wards/(?P<pk>[^/.]+)/extra-beds/?$",
        PuttingUp.as_view({"post": "put_up"}),
        name="ward-extra-beds",
    ),
    *(
        re_path(
            rf"^{name}/(?P<pk>[^/.]+)/blockers/?$",
            BlockersView.as_view(),
            name=f"{name}-blockers",
        )
        for name in (InPatientViewSet.topic, *InPatientViewSet.also)
    ),
    *Router(__package__).urls,
]
