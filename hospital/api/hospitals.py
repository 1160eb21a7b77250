"""The REST door of hospitals."""

import django_filters

from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Hospital

from .examples import HOSPITAL_HELP, HOSPITAL_SENT, HOSPITAL_SHOWN


class HospitalSerializer(RecordSerializer):
    """A hospital: the tenant that staff, wards and patients' registrations belong to."""

    class Meta:
        model = Hospital
        fields = (
            "id", "version", "code", "name", "time_zone", "currency", "country", "language",
            "phone", "email", "address_line", "city", "postal_code",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = HOSPITAL_HELP
        sent = HOSPITAL_SENT
        shown = HOSPITAL_SHOWN


class HospitalFilters(django_filters.FilterSet):
    """Hospitals by their code."""

    code = django_filters.CharFilter(help_text="The exact code.")

    class Meta:
        model = Hospital
        fields = ("code",)


class HospitalViewSet(RecordViewSet):
    """Hospitals. A token bound to one hospital sees that one; a platform token all of them."""

    topic = "hospitals"
    serializer_class = HospitalSerializer
    filterset_class = HospitalFilters
    orderings = {**RecordViewSet.orderings, "code": ("code", "id"), "-code": ("-code", "-id")}
