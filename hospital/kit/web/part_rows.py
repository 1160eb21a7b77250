"""One row of a list inside a record's form (see ``parts``)."""

from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.models import construct_instance

from hospital.kit.codes import sentence
from hospital.kit.errors import SAME_CODE
from hospital.kit.records import Record


class PartForm(forms.ModelForm):
    """One row of a list. It holds no rule: the row is checked through its model.

    ``owner_key`` names the row's key to the record of the form, where the model's rules ask it; ``wide``
    fields stand over the whole width.
    """

    owner_key: ClassVar[str] = ""
    wide: ClassVar[Collection[str]] = ()

    def __init__(self, *args: Any, owner: Record | None = None, **options: Any):
        super().__init__(*args, **options)
        if self.owner_key and owner is not None:
            setattr(self.instance, self.owner_key, owner)
        for field in self.fields.values():
            field.required = False

    def _post_clean(self) -> None:
        row = self.instance = construct_instance(
            self, self.instance, self._meta.fields, self._meta.exclude
        )
        elsewhere = {field.name for field in row._meta.concrete_fields} - set(self.fields)
        for check in (lambda: row.clean_fields(exclude=elsewhere), row.clean, self._constraints):
            try:
                check()
            except ValidationError as exc:
                self.take(exc)

    def _constraints(self) -> None:
        mine = set(self.fields) - set(self.errors)
        others = {field.name for field in self.instance._meta.concrete_fields} - mine
        self.instance.validate_constraints(exclude=others)

    def take(self, exc: ValidationError) -> None:
        """Put a row's errors beside the fields they are about, unless those show one already."""
        by_field = getattr(exc, "error_dict", None) or {NON_FIELD_ERRORS: exc.error_list}
        for name, errors in by_field.items():
            if name not in self.errors:
                self.add_error(
                    name if name in self.fields else None, [_in_words(one) for one in errors]
                )


def _in_words(error: ValidationError) -> ValidationError:
    """One sentence for "nothing was given", whatever noticed it."""
    code = SAME_CODE.get(error.code or "")
    return ValidationError(sentence(code), code) if code else error
