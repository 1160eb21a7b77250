"""The components that pages are made of, as tags and filters.

Each tag renders the template of the same name under templates/components/, whose first comment
lists the inputs. What takes a body is a block tag: {% card _("Next") %} … {% endcard %}.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from hospital.kit.errors import Link
from hospital.kit.web.links import url_of
from hospital.web import texts

register = template.Library()


@lru_cache(maxsize=256)
def _icon(name: str, size: int, label: str) -> SafeString:
    seen = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return mark_safe(lucide(name, size=size, **{"class": "icon", **seen}))  # noqa: S308


@register.simple_tag
def icon(name: str, size: int = 18, label: str = "") -> SafeString:
    """A lucide icon, inline; decorative unless a label says what it means."""
    return _icon(str(name), size, str(label))


@register.simple_tag
def button(label: str, **options: Any) -> SafeString:
    """A button, or a link that looks like one when `url` is given."""
    return render_to_string("components/button.html", {"label": label, **options})


@register.simple_tag
def badge(label: str, tone: str = "", icon: str = "") -> SafeString:
    """A status in a word: colour, and an icon or the word itself, never colour alone."""
    return render_to_string("components/badge.html", {"label": label, "tone": tone, "icon": icon})


@register.simple_tag
def field(bound: BoundField, *, wide: bool = False, size: str = "", text: str = "") -> SafeString:
    """One form field with label, help and error: size s, m or full; wide spans the row; text is its help."""
    context = {"field": bound, "wide": wide, "size": size, "help": text}
    return render_to_string("components/field.html", context)


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: Any) -> dict[str, Any]:
    """The error summary of any number of forms, each with its lists, and formsets; nothing when all are fine."""
    every = [
        each for form in forms if form for each in (form, *getattr(form, "lists", {}).values())
    ]
    return {"errors": [error for form in every for error in _errors_of(form)]}


def _errors_of(form: Any) -> list[dict[str, Any]]:
    if not form.is_bound:
        return []
    if isinstance(form, BaseForm):
        return _form_errors(form)
    found = [{"text": text, "href": ""} for text in form.non_form_errors()]
    return found + [error for member in form.forms for error in _form_errors(member)]


def _form_errors(form: BaseForm) -> list[dict[str, Any]]:
    found = [{"text": text, "href": ""} for text in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or bound.auto_id
        found += [
            {"text": text, "href": f"#{target}", "label": bound.label} for text in bound.errors
        ]
    return found


@register.simple_block_tag
def card(content: str, title: str = "", **options: Any) -> SafeString:
    """A card around what is between the tags."""
    return render_to_string("components/card.html", {"content": content, "title": title, **options})


@register.simple_block_tag
def notice(content: str, tone: str = "info", **options: Any) -> SafeString:
    """A notice around what is between the tags."""
    return render_to_string("components/notice.html", {"content": content, "tone": tone, **options})


@register.simple_block_tag
def page_head(content: str, title: str, detail: str = "", **options: Any) -> SafeString:
    """The page's h1; what is between the tags are its actions."""
    actions = mark_safe(content.strip())  # noqa: S308
    context = {"content": actions, "title": title, "detail": detail, **options}
    return render_to_string("components/page_head.html", context)


@register.simple_block_tag
def table(content: str, columns: Any, caption: str, **options: Any) -> SafeString:
    """A table with sortable heads around the rows between the tags."""
    context = {"content": content, "columns": columns, "caption": caption, **options}
    return render_to_string("components/table.html", context)


@register.simple_block_tag
def dialog(content: str, name: str, title: str) -> SafeString:
    """A dialog, closed until something with data-opens="<name>" is pressed."""
    context = {"content": content, "id": name, "title": title}
    return render_to_string("components/dialog.html", context)


@register.simple_block_tag
def menu(content: str, label: str, **options: Any) -> SafeString:
    """A drop-down of links and buttons; works as <details> without JavaScript."""
    return render_to_string("components/menu.html", {"content": content, "label": label, **options})


@register.filter
def day(value: Any) -> str:
    """27-Mar-1987; a partly known "1988-03" is Mar-1988; nothing is an empty string."""
    return texts.day_text(value)


@register.filter
def moment(value: Any) -> str:
    """27-Mar-1987 14:05 in the hospital's zone; today and yesterday by name."""
    return texts.moment_text(value)


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word, for an avatar."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


TONES = {"error": "bad", "warning": "warn", "success": "ok"}


@register.filter
def tone(level: str) -> str:
    """The tone of a message's level."""
    return TONES.get(level, "info")


@register.filter
def link_url(link: Link) -> str:
    """Where a record named by a refusal is shown; "" when it has no page."""
    return url_of(link)


@register.filter
def listed(values: Any) -> SafeString:
    """The values, each isolated against the direction of its neighbours, with commas."""
    return mark_safe(", ".join(f"<bdi>{conditional_escape(value)}</bdi>" for value in values))  # noqa: S308
