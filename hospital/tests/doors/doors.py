"""The four doors, each taking the same facts and telling what it found wrong as field -> code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from hospital.kit.acts import in_transaction
from hospital.kit.errors import SAME_CODE, problem_of
from hospital.models import Hospital
from hospital.tests import factories, filling

Found = tuple[int, dict[str, str]]


def of_problem(exc: Exception) -> Found:
    """A service's refusal."""
    problem = problem_of(exc)
    assert problem is not None
    if not problem.errors:
        return problem.status, {"": problem.code}
    return problem.status, {_plain(name): rows[0][0] for name, rows in problem.errors.items()}


def of_json(answer: Any) -> Found:
    """The API's refusal."""
    body = answer.json()
    errors = body.get("errors") or {"": [body]}
    return answer.status_code, {_plain(name): rows[0]["code"] for name, rows in errors.items()}


def of_page(answer: HttpResponse) -> Found:
    """A page's or the admin's refusal: the form came back."""
    context = answer.context
    if answer.status_code == 412:
        return 412, {}
    form = context["adminform"].form if "adminform" in context else context["form"]
    found = {}
    for name, errors in form.errors.as_data().items():
        code = errors[0].code or "invalid"
        found["" if name == NON_FIELD_ERRORS else name] = SAME_CODE.get(code, code)
    return answer.status_code, found


def _plain(name: str) -> str:
    return name.removesuffix("_id")


@dataclass
class Doors:
    """Somebody with one role at one hospital, at every door."""

    hospital: Hospital
    role: str

    def service(self, act: Callable[[Any], Any]) -> Found:
        actor = factories.actor(self.role, self.hospital)
        try:
            in_transaction(lambda: act(actor))
        except Exception as exc:
            if problem_of(exc) is None:
                raise
            return of_problem(exc)
        return 200, {}

    def api(self, method: str, path: str, body: dict[str, Any], **headers: str) -> Found:
        client = factories.api("integrator", self.hospital)
        answer = getattr(client, method)(path, body, headers=headers)
        return of_json(answer) if answer.status_code >= 400 else (answer.status_code, {})

    def page(self, url: str, typed: dict[str, Any], role: str = "") -> Found:
        client = Client()
        factories.signed_in(client, role or self.role, self.hospital)
        answer = filling.fill(client, url, **typed)
        return of_page(answer) if answer.status_code >= 400 else (answer.status_code, {})


def admin_url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
