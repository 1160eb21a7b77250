"""What the documentation shows of a patient. No real person has these facts."""

PATIENT_HELP = {
    "mrn": {
        "help_text": "The installation's own number of the chart, with a check digit. Never reused. "
        "Empty where an import was undone and the chart has given its number up."
    },
    "family_name": {"help_text": "In any script. A single name may stand here alone."},
    "is_unidentified": {"help_text": "true when nobody knows the name: then both names are empty."},
    "sex": {"help_text": "FHIR's administrative gender."},
    "birth_date": {"help_text": "1988, 1988-03 or 1988-03-14; empty when unknown."},
    "phone": {"help_text": "In any style; kept and answered in E.164."},
    "country": {"help_text": "ISO 3166, two letters, such as DE."},
    "language": {"help_text": "IETF BCP 47, such as de."},
    "deceased_on": {"help_text": "As birth_date; needs is_deceased."},
}
PATIENT_SENT = {
    "family_name": "Müller",
    "given_names": "Ana",
    "sex": "female",
    "birth_date": "1988-03-14",
    "phone": "+49 30 123456",
    "city": "Berlin",
    "country": "DE",
    "identifiers": [{"kind": "insurance", "system": "AOK", "value": "A123456780"}],
    "contacts": [{"name": "Eva Müller", "relationship": "parent", "phone": "+49 30 654321"}],
    "external_id": "HIS-4711",
}
PATIENT_SHOWN = {
    "id": "019e8f6a-1c1e-7b52-9d0e-3f5a7c2b9d10",
    "version": 1,
    "mrn": "10000012",
    "family_name": "Müller",
    "given_names": "Ana",
    "is_unidentified": False,
    "sex": "female",
    "birth_date": "1988-03-14",
    "is_birth_date_estimated": False,
    "phone": "+4930123456",
    "email": "",
    "address_line": "",
    "city": "Berlin",
    "state": "",
    "postal_code": "",
    "country": "DE",
    "language": "",
    "blood_group": "",
    "is_deceased": False,
    "deceased_on": "",
    "identifiers": [{"kind": "insurance", "system": "AOK", "value": "A123456780"}],
    "contacts": [
        {"name": "Eva Müller", "relationship": "parent", "phone": "+4930654321", "email": ""}
    ],
    "external_ids": [{"source_id": "019e8f69-77aa-7c31-8a44-52f0d1c3e6b7", "value": "HIS-4711"}],
    "registered_at": "2026-03-14T09:26:53.589793+01:00",
    "merged_into_id": None,
    "created_at": "2026-03-14T09:26:53.589793+01:00",
    "updated_at": "2026-03-14T09:26:53.589793+01:00",
    "retired_at": None,
}
