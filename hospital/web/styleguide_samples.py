"""Made-up values for the style guide: one of every state that a component has."""

import datetime as dt
from typing import Any

from django import forms

from hospital.kit import clock
from hospital.web import styleguide_calendar
from hospital.web.forms import PartialDateWidget, PhoneInput


class SampleForm(forms.Form):
    """One field of every kind; bound to nothing typed, it shows its errors."""

    family_name = forms.CharField(label="Family name", required=False)
    given_names = forms.CharField(label="Given names", help_text="In any script.")
    birth_date = forms.CharField(
        label="Birth date",
        widget=PartialDateWidget(),
        help_text="For example 14 March 1988. Only the year, or an age, is fine.",
    )
    sex = forms.ChoiceField(
        label="Sex", choices=[("", "Not recorded"), ("female", "Female"), ("male", "Male")]
    )
    phone = forms.CharField(label="Phone", widget=PhoneInput, required=False)
    postal_code = forms.CharField(label="Postal code", required=False)
    kind = forms.ChoiceField(
        label="Kind of ward",
        widget=forms.RadioSelect,
        choices=[("general", "General"), ("maternity", "Maternity")],
    )
    days = forms.MultipleChoiceField(
        label="Open on",
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "Monday"), ("2", "Tuesday")],
        required=False,
    )
    is_estimated = forms.BooleanField(
        label="The birth date is estimated", help_text="Nobody knows it.", required=False
    )
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    locked = forms.CharField(label="MRN", disabled=True, initial="BR-004 218", required=False)


PARTS = {"basics": "Basics", "lists": "Lists and cards", "forms": "Forms", "calendar": "Calendar"}


def context(part: str) -> dict[str, Any]:
    """Everything that a part of templates/styleguide/ shows; the first part for an unknown word."""
    part = part if part in PARTS else "basics"
    typed = {"family_name": "Müller", "given_names": "Ana", "birth_date": "1988-03-14"}
    parts = [
        {"label": label, "url": f"?part={name}", "is_current": name == part}
        for name, label in PARTS.items()
    ]
    return {
        **(styleguide_calendar.context() if part == "calendar" else {}),
        "shown": f"styleguide/{part}.html",
        "parts": parts,
        "tones": ["", "accent", "ok", "warn", "bad", "info"],
        "kinds": ["", "primary", "danger", "quiet"],
        "sample": SampleForm(initial=typed, prefix="a"),
        "broken": SampleForm({}, prefix="b"),
        "banner_plain": _BANNER,
        "banner_died": _BANNER | {"name": "WALLER, Ruth"} | {"died": "03-Aug-2026"},
        "banner_retired": _BANNER | {"name": "OKORO, Daniel", "retired": "registered twice"},
        "columns": _COLUMNS,
        "people": _PEOPLE,
        "tabs": _TABS,
        "facts": _FACTS,
        "differences": _DIFFERENCES,
        "now": clock.now(),
        "entries": _entries(clock.now()),
        "chips": [{"label": "Sex: Female", "url": "?"}, {"label": "Born: 1988", "url": "?"}],
        "crumbs": [
            {"label": "Hospital", "url": "?"},
            {"label": "Wards", "url": "?"},
            {"label": "Ward 1"},
        ],
        "items": _SUGGESTIONS,
        "reasons": [("visit", "Here today"), ("referral", "Referred to us"), ("other", "Other")],
    }


def _entries(now: dt.datetime) -> list[dict[str, Any]]:
    phone = {"label": "Phone", "old": "+49 170 555 0140", "new": "+49 170 555 0142"}
    city = {"label": "City", "old": "", "new": "Berlin"}
    return [
        {"when": now, "who": "Amina Yusuf", "what": "changed two fields", "changes": [phone, city]},
        {
            "when": now - dt.timedelta(days=1),
            "who": "Elif Kaya",
            "what": "retired the record",
            "reason": "registered twice",
        },
        {
            "when": now - dt.timedelta(days=90),
            "who": "Amina Yusuf",
            "what": "registered the patient",
        },
    ]


_BANNER = {
    "name": "MÜLLER, Ana",
    "url": "?",
    "born": "14-Mar-1988 (38y)",
    "sex": "Female",
    "mrn": "BR-004 218",
    "phone": "+49 170 555 0142",
}
_COLUMNS = [
    {"label": "Name", "sort_url": "?order=-name", "sort": "ascending"},
    {"label": "Born", "sort_url": "?order=born"},
    {"label": "Sex", "is_wide_only": True},
    {"label": "MRN"},
    {"label": "Visits", "is_number": True},
]
_PEOPLE = [
    {
        "name": "MÜLLER, Ana",
        "born": "14-Mar-1988",
        "sex": "Female",
        "mrn": "BR-004 218",
        "visits": 7,
    },
    {"name": "OKORO, Daniel", "born": "1972", "sex": "Male", "mrn": "BR-001 007", "visits": 12},
    {"name": "حداد، ليلى", "born": "Mar-1995", "sex": "Female", "mrn": "BR-003 300", "visits": 0},
]
_TABS = [
    {"label": "Overview", "url": "?", "is_current": True},
    {"label": "Contacts", "url": "?", "count": 2},
    {"label": "Identifiers", "url": "?", "count": 0},
    {"label": "History", "url": "?"},
]
_FACTS = [
    {"label": "Street and number", "value": "Kantstraße 12"},
    {"label": "Phone", "value": "+49 170 555 0142", "is_code": True},
    {"label": "Language", "value": ""},
]
_DIFFERENCES = [
    {"name": "phone", "label": "Phone", "theirs": "+49 170 555 0142", "yours": "+49 170 555 9999"},
    {"name": "city", "label": "City", "theirs": "Berlin", "yours": "", "keep": "theirs"},
]
_SUGGESTIONS = [
    {"url": "?", "title": "MÜLLER, Ana", "detail": "14-Mar-1988 · Female · BR-004 218"},
    {"url": "?", "title": "MUELLER, Anna-Lena", "detail": "1988 · Female · BR-009 001"},
]
