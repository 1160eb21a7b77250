"""The REST door of hospitals."""

import django_filters

from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Hospital

from .examples import CODE, HOSPITAL_ID, PHONE, as_shown


class HospitalSerializer(RecordSerializer):
    """A hospital: the tenant that staff, wards and patients' registrations belong to."""

    class Meta:
        model = Hospital
        fields = (
            "id", "version", "code", "name", "time_zone", "currency", "country", "language",
            "first_weekday", "shows_allergies", "mrn_prefix", "mrn_width",
            "mrn_without_check_digit", "phone", "email", "address_line", "city", "postal_code",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            "code": CODE,
            "phone": PHONE,
            "time_zone": {"help_text": "An IANA name, such as Europe/Berlin."},
            "currency": {"help_text": "ISO 4217, three letters, such as EUR."},
            "country": {"help_text": "ISO 3166, two letters, such as DE."},
            "language": {"help_text": "IETF BCP 47, such as de."},
            "first_weekday": {
                "help_text": "FHIR's days, mon to sun; empty: as is usual in the country."
            },
            "shows_allergies": {
                "help_text": "Whether every role sees allergies in a patient's banner, not clinicians alone."
            },
            "mrn_prefix": {
                "help_text": "What new MRNs begin with: up to 6 capital letters, digits or hyphens."
            },
            "mrn_width": {
                "help_text": "How many digits new MRNs have at least, without the check digit: 4 to 12; null: 7."
            },
            "mrn_without_check_digit": {
                "help_text": "Whether new MRNs do without the Damm check digit at their end."
            },
        }
        sent = {
            "code": "NORTH",
            "name": "North Hospital",
            "time_zone": "Europe/Berlin",
            "currency": "EUR",
            "country": "DE",
            "language": "de",
            "external_id": "HIS-7",
        }
        shown = as_shown(
            fields,
            sent,
            id=HOSPITAL_ID,
            shows_allergies=False,
            mrn_width=None,
            mrn_without_check_digit=False,
        )


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
