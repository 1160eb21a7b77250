"""Pages of hospitals: all of them for the operator, their own for everybody else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hospital.kit.errors import NotVisible
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.pages import page
from hospital.kit.web.plain import RecordPages
from hospital.models import Hospital


class HospitalForm(RecordForm):
    class Meta:
        model = Hospital
        fields = (
            "code", "name", "time_zone", "currency", "country", "language",
            "first_weekday", "shows_allergies", "mrn_prefix", "mrn_width",
            "mrn_without_check_digit", "phone", "email", "address_line", "postal_code", "city",
        )  # fmt: skip


class HospitalPages(RecordPages):
    """Hospitals; staff see the one they are working for."""

    topic = "hospitals"
    form_class = HospitalForm
    columns = ("name", "code", "city", "country")


@page("hospital.hospital.read")
def own(request: HttpRequest) -> HttpResponse:
    """The hospital this person is working for."""
    hospital_id = request.actor.hospital_id  # type: ignore[attr-defined]
    if hospital_id is None:
        raise NotVisible
    return redirect("hospital:hospital-detail", pk=hospital_id)
