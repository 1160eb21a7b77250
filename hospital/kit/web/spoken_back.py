"""What stood in a form that was refused as a whole, field by field, so that it can be copied: nothing typed is lost."""

import re
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .submitting import NOT_CONTENT, pairs
from .values import heading

HIDDEN = re.compile(
    r"version|next|search|match|shown|draft|(initial|keep)[-_].*|.*(password|_FORMS).*|.*-(id|DELETE|SEEN)"
)
# An id, or something signed (django.core.signing): nobody typed it.
MACHINE = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[\w=.-]+:[\w-]{6}:[\w-]{43}")
WORDS = {"reason": _("Reason"), "other": _("Other reason")}
PART = re.compile(r"(?P<kind>[a-z_]+)-(?P<number>\d+)-(?P<name>\w+)")


def told(request: HttpRequest, resource: str) -> list[dict[str, Any]]:
    """Label and value of all that was typed in the form, as ``components/facts.html`` takes them."""
    if request.method != "POST":
        return []
    models = (each for each in apps.get_models() if getattr(each, "resource", "") == resource)
    # A kind of another row, such as a stay, has a resource of its own; where it has the other's, it is that.
    model = min(models, key=lambda each: each._meta.proxy, default=None)
    found: dict[str, list[str]] = {}
    for name, value in pairs(request.POST, without=NOT_CONTENT):
        if value.strip() and not HIDDEN.fullmatch(name) and not MACHINE.fullmatch(value):
            label, text = _read(model, name, value)
            found.setdefault(label, []).append(text)
    return [{"label": label, "value": " ".join(texts)} for label, texts in found.items()]


def _read(model: Any, name: str, value: str) -> tuple[str, str]:
    """What a field is called, that of a row with its number, and its value in words."""
    if name in WORDS:
        return str(WORDS[name]), value
    part = PART.fullmatch(name)
    if part and (kind := getattr(_field(model, part["kind"]), "related_model", None)):
        label, text = _read(kind, part["name"], value)
        told = {"kind": capfirst(str(kind._meta.verbose_name)), "field": label}
        told["number"] = str(int(part["number"]) + 1)
        return gettext("%(kind)s %(number)s: %(field)s") % told, text
    field = _field(model, name)
    if field is None or field.is_relation:
        return name.replace("_", " ").capitalize(), value
    if isinstance(field, BooleanField):
        return heading(model, field.name), gettext("Yes")
    return heading(model, field.name), str(dict(field.flatchoices).get(value, value))


def _field(model: Any, name: str) -> Any:
    """The field that is filled in under this name, also in several boxes, as the parts of a date are."""
    for known in (name, name.rpartition("_")[0]) if model else ():
        try:
            return model._meta.get_field(known)
        except FieldDoesNotExist:
            continue
    return None
