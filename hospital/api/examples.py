"""What the examples of the documentation have in common."""

from collections.abc import Iterable
from typing import Any

CODE = {"help_text": "2 to 16 capital letters, digits or hyphens; unique among the live ones."}
PHONE = {"help_text": "In any style; kept and answered in E.164."}
PART_HELP = {"code": CODE, "phone": PHONE}

HOSPITAL_ID = "019e8f69-0d0b-7a66-b1c9-8f2e4d6a1c35"
PARENT_ID = "019e8f69-5e4f-7d18-a2b3-c4d5e6f70819"
OURS: dict[str, Any] = {
    "id": "019e8f6a-1c1e-7b52-9d0e-3f5a7c2b9d10",
    "version": 1,
    "hospital_id": HOSPITAL_ID,
    "external_ids": [{"source_id": "019e8f69-77aa-7c31-8a44-52f0d1c3e6b7", "value": "HIS-7"}],
    "created_at": "2026-03-14T09:26:53.589793+01:00",
    "updated_at": "2026-03-14T09:26:53.589793+01:00",
    "retired_at": None,
}


def as_shown(fields: Iterable[str], sent: dict[str, Any], **other: Any) -> dict[str, Any]:
    """What a GET shows of the example ``sent``: the server's facts added, the rest empty, ``other`` as told."""
    known = OURS | sent | other
    return {name: known.get(name, "") for name in fields if name != "external_id"}
