"""Reads ``permissions.csv``: who may do what, written and reviewed by hand, never derived from code.

A cell holds grants joined by " | ": a word for which rows, then ``+t`` when a person must have shown
the password just now, ``+2`` when a second person must approve, ``:fields`` when only some fields,
`` m`` when some are seen masked.

    h      rows of the own hospital           all    every row of the installation
    o      what is oneself                    x      there are no rows to tell apart
    ha     administrators, but not oneself    staff  of this hospital alone: no administrators, not oneself
    new    an account being made              p      tokens of the installation itself
    hs     as h, where the hospital shows it to everybody
    second what a colleague here asked for, never oneself
    none   the act exists, no row is in reach yet
"""

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

COLUMNS = (
    "operator", "administrator", "receptionist", "doctor", "nurse", "pharmacist", "lab", "cashier",
    "auditor", "integrator", "platform",
)  # fmt: skip

# Which of the sample rows (samples.py) a word reaches.
REACH = {
    "h": {"own", "both", "shown", "colleague", "administrator", "self", "left"},
    "hs": {"shown"},
    "o": {"self"},
    "ha": {"administrator", "other_administrator"},
    "staff": {"colleague"},
    "new": {"new"},
    "p": {"platform"},
    "second": {"own"},
    "none": set(),
    "x": set(),
}

CONTACT = {"phone", "email", "address_line", "city", "state", "postal_code", "country", "contacts"}
SEEN_IN_PART = {
    "phone", "email", "address_line", "identifiers.value", "contacts.phone", "contacts.email",
}  # fmt: skip
META = {
    "patient", "hospital", "recorded_by", "created_at", "updated_at", "retired_at", "retired_by",
    "retired_reason",
}  # fmt: skip
VISIT = META - {"recorded_by"} | {
    "kind", "number", "clinic", "appointment", "attending", "complaint", "status", "disposition",
    "cancel_reason", "starts_at", "seen_at", "ends_at", "follow_up",
}  # fmt: skip
STAY = VISIT - {"clinic", "appointment", "seen_at", "follow_up"} | {
    "source", "needs_isolation", "expected_end_on",
}  # fmt: skip
FIELDS = {
    "hospital.user": {
        "username", "full_name", "email", "kind", "is_active", "theme", "density", "has_shortcuts",
    },
    "hospital.bed": {"ward", "label", "kind", "sex_policy", "is_isolation"},
    "hospital.doctor": {
        "title", "family_name", "given_names", "licence_number", "user", "department", "speciality",
        "phone", "email", "clinics",
    },
    "records.patient": CONTACT | {
        "family_name", "given_names", "is_unidentified", "sex", "birth_date",
        "is_birth_date_estimated", "language", "blood_group", "is_deceased", "deceased_on",
        "identifiers",
    },
    "records.allergy": META | {
        "substance", "code_system", "code", "type", "category", "criticality", "reaction",
        "severity", "clinical_status", "verification_status", "onset", "note",
    },
    "records.allergystatement": META | {"made_at"},
    "records.history": META | {
        "category", "description", "code_system", "code", "code_display", "relationship",
        "clinical_status", "onset", "resolved", "note",
    },
    "records.encounter": VISIT | {"summary"},
    "records.inpatient": STAY | {"summary"},
    "records.outpatient": VISIT | {"summary"},
    "records.diagnosis": META | {
        "encounter", "description", "code_system", "code", "code_display", "certainty",
        "clinical_status", "is_main", "onset", "resolved", "note",
    },
    "records.observation": META | {
        "encounter", "category", "code_system", "code", "name", "value", "unit", "value_text",
        "note", "interpretation", "status", "taken_at",
    },
    "records.treatment": META | {
        "encounter", "procedure", "doctor", "planned_for", "consent", "consent_note", "note",
        "status", "done_at", "cancel_reason",
    },
}  # fmt: skip
SOME = {
    "preferences": {"theme", "density", "has_shortcuts"},
    "sharing": {"sex_policy", "is_isolation"},
    "reach": {"phone", "email"},
    "contact": CONTACT,
    "meta": META,
    "visit": VISIT,
    "stay": STAY,
    "unmasked": FIELDS["records.patient"]
    - {"phone", "email", "address_line", "identifiers", "contacts"},
}


@dataclass(frozen=True)
class Grant:
    """One part of a cell."""

    rows: str
    step_up: bool = False
    second_person: bool = False
    some: str = ""
    is_masked: bool = False

    def reaches(self, relation: str) -> bool:
        return self.rows == "all" or relation in REACH[self.rows]

    def fields(self, resource: str) -> set[str]:
        return SOME[self.some] if self.some else FIELDS.get(resource, set())


@dataclass(frozen=True)
class Answer:
    """What the matrix says, or the policy does, about one act of one role on one row."""

    allowed: bool
    step_up: bool = False
    second_person: bool = False
    fields: frozenset[str] = field(default_factory=frozenset)
    masked: frozenset[str] = field(default_factory=frozenset)


@cache
def cells() -> dict[tuple[str, str], tuple[Grant, ...]]:
    """(permission, column) -> its grants, for every cell of the matrix."""
    path = Path(__file__).with_name("permissions.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        assert set(row) == {"resource", "action", *COLUMNS}, row
        permission = f"{row['resource']}.{row['action']}"
        for column in COLUMNS:
            assert (permission, column) not in found, f"{permission} stands there twice"
            found[permission, column] = _grants(row[column])
    return found


def permissions() -> set[str]:
    return {permission for permission, _ in cells()}


def expected(permission: str, column: str, relation: str | None) -> Answer:
    """What the matrix says; relation None asks whether the role has the act at all."""
    resource = permission.rsplit(".", 1)[0]
    grants = cells()[permission, column]
    masks = [SEEN_IN_PART if grant.is_masked else set() for grant in grants]
    masked = frozenset(set.intersection(*masks)) if masks else frozenset()
    if relation is not None:
        grants = tuple(grant for grant in grants if grant.reaches(relation))
    if not grants:
        return Answer(allowed=False)
    return Answer(
        allowed=True,
        step_up=all(grant.step_up for grant in grants),
        second_person=all(grant.second_person for grant in grants),
        fields=frozenset().union(*(grant.fields(resource) for grant in grants)),
        masked=masked if permission.endswith(".read") else frozenset(),
    )


def _grants(cell: str) -> tuple[Grant, ...]:
    if cell == "-":
        return ()
    return tuple(_grant(part.strip()) for part in cell.split("|"))


def _grant(text: str) -> Grant:
    words, _, mask = text.partition(" ")
    rows, _, some = words.partition(":")
    second_person = rows.endswith("+2")
    rows = rows.removesuffix("+2")
    step_up = rows.endswith("+t")
    rows = rows.removesuffix("+t")
    assert rows == "all" or rows in REACH, text
    assert not some or some in SOME, text
    assert mask in {"", "m"}, text
    return Grant(rows, step_up, second_person, some, mask == "m")
