"""The bodies of acts on patients."""

from rest_framework import serializers

from hospital.kit import keyset
from hospital.kit.api.fields import PartialDateText, PhoneText, TextField
from hospital.kit.api.serializers import Checked


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


class RegisterHereSerializer(Checked):
    """A chart known elsewhere, and why it is registered here."""

    match = TextField(
        help_text="The `match` of a chart that a search found elsewhere; good for 15 minutes."
    )
    reason = TextField(help_text="Why, in at most 200 characters. It stands in the auditor's list.")
