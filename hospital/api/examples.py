"""What the documentation shows of hospitals, departments and wards."""

from typing import Any

CODE = {"help_text": "2 to 16 capital letters, digits or hyphens; unique among the live ones."}
PHONE = {"help_text": "In any style; kept and answered in E.164."}
HOSPITAL_HELP = {
    "code": CODE,
    "phone": PHONE,
    "time_zone": {"help_text": "An IANA name, such as Europe/Berlin."},
    "currency": {"help_text": "ISO 4217, three letters, such as EUR."},
    "country": {"help_text": "ISO 3166, two letters, such as DE."},
    "language": {"help_text": "IETF BCP 47, such as de."},
}
PART_HELP = {"code": CODE, "phone": PHONE}

_ID = "019e8f6a-1c1e-7b52-9d0e-3f5a7c2b9d10"
_HOSPITAL = "019e8f69-0d0b-7a66-b1c9-8f2e4d6a1c35"
_DEPARTMENT = "019e8f69-5e4f-7d18-a2b3-c4d5e6f70819"
_MARKS: dict[str, Any] = {
    "external_ids": [{"source_id": "019e8f69-77aa-7c31-8a44-52f0d1c3e6b7", "value": "HIS-7"}],
    "created_at": "2026-03-14T09:26:53.589793+01:00",
    "updated_at": "2026-03-14T09:26:53.589793+01:00",
    "retired_at": None,
}

HOSPITAL_SENT = {
    "code": "NORTH",
    "name": "North Hospital",
    "time_zone": "Europe/Berlin",
    "currency": "EUR",
    "country": "DE",
    "language": "de",
    "external_id": "HIS-7",
}
HOSPITAL_SHOWN = {
    "id": _HOSPITAL,
    "version": 1,
    **{name: HOSPITAL_SENT[name] for name in HOSPITAL_SENT if name != "external_id"},
    "phone": "",
    "email": "",
    "address_line": "",
    "city": "",
    "postal_code": "",
    **_MARKS,
}
DEPARTMENT_SENT = {
    "code": "CARD",
    "name": "Cardiology",
    "phone": "+49 30 123456",
    "external_id": "HIS-7",
}
DEPARTMENT_SHOWN = {
    "id": _ID,
    "version": 1,
    "hospital_id": _HOSPITAL,
    "code": "CARD",
    "name": "Cardiology",
    "phone": "+4930123456",
    "description": "",
    **_MARKS,
}
WARD_SENT = {
    "department_id": _DEPARTMENT,
    "code": "W2",
    "name": "Ward 2",
    "floor": "2",
    "external_id": "HIS-7",
}
WARD_SHOWN = {
    "id": _ID,
    "version": 1,
    "hospital_id": _HOSPITAL,
    "department_id": _DEPARTMENT,
    "code": "W2",
    "name": "Ward 2",
    "floor": "2",
    "phone": "",
    **_MARKS,
}
