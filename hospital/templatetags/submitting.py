"""The one-time token of a page's form."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hospital.kit.web.submitting import new_token

register = template.Library()


@register.simple_tag(takes_context=True)
def form_token(context: template.Context) -> SafeString:
    """A hidden input with a fresh token; put it into every form that is sent by POST.

    Example: ``<form method="post">{% csrf_token %}{% form_token %}…``
    """
    actor = context.get("actor")
    if actor is None:
        return SafeString("")
    return format_html('<input type="hidden" name="form_token" value="{}">', new_token(actor))
