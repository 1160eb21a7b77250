"""What is asked when a file is brought in: the file, and then what its columns hold."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.errors import Refusal
from hospital.kit.tables import MOST_BYTES
from hospital.models import ImportBatch
from hospital.services import import_dates, import_kinds, imports

SAMPLES = 3
# Unicode's first-strong isolate and its end.
_APART, _END = "\u2068", "\u2069"
DATES = {
    "dmy": _("Day, month, year: 14.3.1988"),
    "mdy": _("Month, day, year: 3/14/1988"),
    "ymd": _("Year, month, day: 1988-03-14 or 19880314"),
}
LIKELY = {
    "skip": _("Leave the row out"),
    "create": _("Bring it in all the same, as a new one"),
    "refuse": _("Tell it as broken"),
    "link": _("Note that it is the one that is there; nothing of that is changed"),
}


class FileForm(forms.Form):
    """A file, and what stands in it."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=_("What stands in the file"))
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=_("CSV or XLSX, with one line of headings. At most 30 MB and 300,000 rows."),
    )  # fmt: skip
    encoding = forms.ChoiceField(
        label=_("Letters of a CSV file"), required=False,
        choices=[("", _("UTF-8 or UTF-16")), ("cp1252", _("Windows-1252, as older programs write it"))],
        help_text=_("Choose Windows-1252 when ä or é would come out as other signs."),
    )  # fmt: skip

    def __init__(self, *args: Any, too_large: bool = False, **options: Any):
        super().__init__(*args, **options)
        self.too_large = too_large
        field: Any = self.fields["kind"]
        field.choices = [(kind.name, kind.label) for kind in import_kinds.every()]

    def clean_file(self) -> Any:
        if self.too_large:
            most = MOST_BYTES // 1024 // 1024
            raise ValidationError(sentence("import_too_large", most=most), "import_too_large")
        if not (file := self.cleaned_data.get("file")):
            raise ValidationError(sentence("required"), "required")
        return file

    def received(self) -> imports.Received | None:
        """The file, read; None when the form says what is wrong with it."""
        if not self.is_valid():
            return None
        try:
            return imports.receive(self.cleaned_data["file"], self.cleaned_data["encoding"])
        except Refusal as exc:
            self.add_error("file", ValidationError(exc.detail, exc.code))
            return None


class ColumnsForm(forms.Form):
    """What each column holds, what becomes of likely duplicates, and how dates are written."""

    use_required_attribute = False

    def __init__(self, batch: ImportBatch, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.kind = import_kinds.get(batch.kind)
        rows = imports.first_rows(batch, SAMPLES)
        chosen = batch.options.get("fields") or import_kinds.guessed(self.kind, batch.headings)
        offered = [("", _("Leave it out")), *((each.name, each.label) for each in self.kind.fields)]
        self.columns = [f"column_{at}" for at in range(len(batch.headings))]
        for at, (name, heading) in enumerate(zip(self.columns, batch.headings, strict=True)):
            # Each in a direction of its own by signs, not by elements: a wide file has hundreds. Escaped here, for
            # templates take the help of a field for ours.
            shown = " · ".join(f"{_APART}{row[at][:40]}{_END}" for row in rows if row[at])
            self.fields[name] = forms.ChoiceField(
                label=format_html("<bdi>{}</bdi>", heading), choices=offered, required=False,
                initial=chosen[at], help_text=escape(shown),
            )  # fmt: skip
        if import_dates.has_dates(self.kind):
            seen = import_dates.seen(batch, self.kind, chosen)
            self._ask("dates", _("How dates are written"), DATES,
                      batch.options.get("dates") or seen.order, import_dates.doubt(seen))  # fmt: skip
        ways = self.kind.likely_ways
        self._ask("likely", _("A row that is probably there already"),
                  {way: LIKELY[way] for way in ways}, batch.options.get("likely", ways[0]))  # fmt: skip

    def _ask(self, name: str, label: Any, offered: Any, initial: str, help_text: str = "") -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=list(offered.items()), initial=initial, required=False,
            help_text=help_text,
        )  # fmt: skip

    @property
    def of_columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self.columns]

    @property
    def of_rows(self) -> list[forms.BoundField]:
        """What is asked about the whole file."""
        return [self[name] for name in self.fields if name not in self.columns]

    def chosen(self) -> dict[str, Any]:
        """As ``imports.choose`` takes it."""
        typed = self.cleaned_data
        return {
            "fields": [typed.get(name, "") for name in self.columns],
            "likely": typed.get("likely", ""),
            "dates": typed.get("dates", ""),
        }
