"""The bodies of acts on patients."""

from typing import Any

from rest_framework import serializers

from hospital.kit import keyset
from hospital.kit.api.fields import PartialDateText, PhoneText, TextField
from hospital.kit.api.serializers import Checked
from records.likeness import AGREES


class SearchSerializer(Checked):
    """What is known of a patient. All that is given must fit; at least one thing must be given."""

    name = TextField(required=False, max_length=200, help_text="Beginnings of names, in any order.")
    mrn = TextField(required=False, max_length=20, help_text="The whole MRN.")
    phone = PhoneText(required=False, max_length=32, help_text="The whole number, in any style.")
    birth_date = PartialDateText(
        required=False, max_length=10, help_text="1988, 1988-03 or 1988-03-14."
    )
    identifier = TextField(
        required=False, max_length=60, help_text="The whole number of a passport, an insurance …"
    )
    limit = serializers.IntegerField(
        default=keyset.DEFAULT_LIMIT,
        min_value=1,
        max_value=keyset.MAX_LIMIT,
        help_text="How many to a page.",
    )
    cursor = TextField(
        required=False, max_length=keyset.LONGEST_CURSOR, help_text="`next` of the page before."
    )

    class Meta:
        sent = {"name": "müller an", "birth_date": "1988"}


class RegisterHereSerializer(Checked):
    """A chart known elsewhere, and why it is registered here."""

    match = TextField(
        help_text="The `match` of a chart that a search found elsewhere; good for 15 minutes."
    )
    reason = TextField(help_text="Why, in at most 200 characters. It stands in the auditor's list.")

    class Meta:
        sent = {"match": "WyIwMTll…", "reason": "Referred by her doctor"}


POINTER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "mrn", "href", "score", "agrees"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "mrn": {"type": "string"},
        "href": {"type": "string"},
        "score": {
            "type": "number",
            "description": "How much speaks for the same person; 13.5 and more is worth asking.",
        },
        "agrees": {
            "type": "array",
            "items": {
                "type": "string",
                "enum": list(AGREES),
            },
        },
    },
}  # fmt: skip
DUPLICATES: dict[str, Any] = {
    "possible_duplicates": {
        "type": "array",
        "description": "Charts registered here that may be the same person, the likest first.",
        "items": POINTER,
    }
}
ELSEWHERE: dict[str, Any] = {
    "elsewhere": {
        "type": "array",
        "description": (
            "Charts of other hospitals, as much as recognising them takes: only on an identifier, "
            "or on the whole name and the full birth date."
        ),
        "items": {
            "type": "object",
            "required": ["match", "name", "birth_year", "phone_ending", "hospitals"],
            "properties": {
                "match": {
                    "type": "string",
                    "description": "For register-here; good for 15 minutes.",
                },
                "name": {"type": "string"},
                "birth_year": {"type": "string"},
                "phone_ending": {"type": "string"},
                "hospitals": {"type": "array", "items": {"type": "string"}},
            },
        },
    }
}
FOUND_BESIDE: dict[str, Any] = {
    **ELSEWHERE,
    "similar": {
        "type": "array",
        "description": (
            "Charts registered here that fit most of what was given, the likest first, at most ten: "
            "another spelling, day and month swapped, the end of a number. Only when all that fits "
            "exactly stands on one page."
        ),
        "items": POINTER,
    },
}
