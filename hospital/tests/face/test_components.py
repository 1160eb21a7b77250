"""Components escape what they are given, tie errors to their fields, and explain themselves."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from hospital.web.styleguide_samples import PARTS, SampleForm, context

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = sorted((TEMPLATES / "components").rglob("*.html"))
NASTY = '"><script>alert(1)</script>'


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_opens_with_purpose_inputs_and_example(path: Path) -> None:
    head = path.read_text().partition("{% endcomment %}")[0]
    assert head.startswith("{% comment %}")
    assert all(f"\n{word}:" in head for word in ("Purpose", "Inputs", "Example"))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script_or_handler(path: Path) -> None:
    if "swagger" in path.name or "redoc" in path.name:
        return  # the two pages with a policy of their own
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)", path.read_text())


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_style_guide_can_be_drawn(part: str) -> None:
    shown = context(part)
    html = render_to_string(shown["shown"], shown, RequestFactory().get("/"))
    assert "{%" not in html
    assert len(re.findall(r'\sid="([^"]+)"', html)) == len(set(re.findall(r'\sid="([^"]+)"', html)))


@pytest.mark.parametrize(
    "source",
    [
        "{% button nasty %}",
        "{% button 'x' name='n' value=nasty %}",
        "{% badge nasty %}",
        "{% card nasty %}{{ nasty }}{% endcard %}",
        "{% notice 'warn' title=nasty %}{{ nasty }}{% endnotice %}",
        "{% page_head nasty detail=nasty %}{% endpage_head %}",
        "{{ nasties|listed }}",
        "{% include 'components/banner.html' with banner=banner %}",
    ],
)
def test_values_are_escaped(source: str) -> None:
    given = {"nasty": NASTY, "nasties": [NASTY], "banner": {"name": NASTY, "mrn": NASTY}}
    html = Template("{% load ui %}" + source).render(Context(given))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_each_error_stands_in_the_summary_and_at_its_field_in_the_same_words() -> None:
    form = SampleForm({})
    html = Template("{% load ui %}{% form_errors form %}{{ form }}").render(Context({"form": form}))
    summary, fields = html.split("</ul>", 1)
    assert 'role="alert"' in summary
    for bound in form:
        for words in bound.errors:
            assert f"{bound.label}: {words}" in summary
            assert f'id="{bound.auto_id}_error"' in fields


def test_each_link_of_the_summary_leads_to_an_element_that_is_there() -> None:
    form = SampleForm({})
    html = Template("{% load ui %}{% form_errors form %}{{ form }}").render(Context({"form": form}))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == len(form.errors) > 3
    assert all(f'id="{target}"' in html for target in targets)


def test_a_form_without_errors_has_no_summary() -> None:
    html = Template("{% load ui %}{% form_errors form %}").render(Context({"form": SampleForm()}))
    assert not html.strip()


def test_help_and_error_are_tied_to_the_control() -> None:
    html = str(SampleForm({})["given_names"].as_field_group())
    control = re.search(r"<input[^>]+>", html)
    assert control
    assert 'aria-describedby="id_given_names_helptext id_given_names_error"' in control[0]
    assert 'aria-invalid="true"' in control[0]


def test_a_formset_member_s_error_is_in_the_summary() -> None:
    members = forms.formset_factory(SampleForm)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-phone": "1"}
    )
    html = Template("{% load ui %}{% form_errors members %}").render(Context({"members": members}))
    assert 'href="#id_form-0-given_names"' in html
