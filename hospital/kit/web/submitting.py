"""A form is sent once: its token is consumed in the transaction of the act it triggers.

The token is signed over the person, the hospital the page was opened under, and a nonce; nothing is
stored when a page is drawn.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hospital.kit import drafts, idempotency
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.errors import Denied, RuleError
from hospital.kit.records import Record

from . import begun

SALT = "hospital.form"
LIVES = 24 * 3600
# Sent along with every form, and different each time it is.
NOT_CONTENT = {"csrfmiddlewaretoken", "form_token"}


def pairs(sent: Any, *, without: Iterable[str] = ("csrfmiddlewaretoken",)) -> list[tuple[str, str]]:
    """What a form sent, name by name in its order, to be carried along by another page or kept."""
    left_out = set(without)
    return [
        (name, value) for name, values in sent.lists() if name not in left_out for value in values
    ]


def new_token(actor: Actor) -> str:
    """A token for one form on one page of this person at this hospital."""
    return signing.dumps(
        [str(actor.user_id), str(actor.hospital_id), secrets.token_urlsafe(12)], salt=SALT
    )


def submit(
    request: HttpRequest, act: Callable[[], Record | None], *, to: Callable[[UUID | None], str]
) -> HttpResponse:
    """Run ``act`` once for this form and go on to ``to(id of what it returned)``.

    Sent again unchanged (a double click, Back and again) it has no second effect and goes to the
    same place. RuleError ``other_hospital`` when the person has switched hospitals since,
    ``form_already_sent`` when the form was sent before with other contents.
    """
    return redirect(to(once(request, act)))


def once(request: HttpRequest, act: Callable[[], Any]) -> UUID | None:
    """Like ``submit``, returning the id of whatever ``act`` made (a row with a ``resource``) instead of an answer."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    nonce = _nonce(actor, request.POST.get("form_token", ""))
    print_ = _fingerprint(request)

    def work() -> UUID | None:
        claim = _claim(actor, nonce, print_)
        if claim.is_new:
            made = act()
            drafts.forget(actor, begun.address(request, request.path))
            claim.answer(
                status=303,
                resource=made.resource if made else "",
                object_id=made.pk if made else None,
            )
        return claim.row.object_id

    return in_transaction(work)


def check(request: HttpRequest) -> None:
    """Refuse a form that is not this person's, or was opened under another hospital; it stays unsent."""
    _nonce(request.actor, request.POST.get("form_token", ""))  # type: ignore[attr-defined]


def sent_before(request: HttpRequest, *, to: Callable[[UUID | None], str]) -> HttpResponse | None:
    """Where the first sending of this very form led, or None when this is the first.

    For what looks at a form before ``submit`` does: sent again, it may no longer be valid, because
    of its own effect.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    nonce = _nonce(actor, request.POST.get("form_token", ""))
    row = idempotency.answered(actor.principal, f"form:{nonce}", _fingerprint(request))
    return redirect(to(row.object_id)) if row else None


def is_sent(actor: Actor, sent: Any) -> bool:
    """Whether the form that carries this token has had its effect.

    RuleError ``other_hospital`` when it was opened under another hospital than the active one.
    """
    nonce = _nonce(actor, sent.get("form_token", ""))
    return idempotency.is_claimed(actor.principal, f"form:{nonce}")


def _claim(actor: Actor, nonce: str, print_: str) -> idempotency.Claim:
    try:
        return idempotency.claim(actor.principal, f"form:{nonce}", print_)
    except RuleError as exc:
        raise RuleError("form_already_sent", links=exc.links) from exc


def _nonce(actor: Actor, token: str) -> str:
    try:
        user_id, hospital_id, nonce = signing.loads(token, salt=SALT, max_age=LIVES)
    except signing.BadSignature as exc:
        raise Denied("form", code="csrf") from exc
    if user_id != str(actor.user_id):
        raise Denied("form", code="csrf")
    if hospital_id != str(actor.hospital_id):
        raise RuleError("other_hospital")
    return nonce


def _fingerprint(request: HttpRequest) -> str:
    content: list[Any] = [
        (name, request.POST.getlist(name))
        for name in sorted(request.POST)
        if name not in NOT_CONTENT
    ]
    return idempotency.fingerprint(request.path, repr(content))
