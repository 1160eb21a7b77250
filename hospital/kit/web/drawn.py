"""How the pages of a plain record are drawn: their templates, and what each of them is told."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from hospital.kit import policy

# What may be done with a record that is there, and the last word of its page's name.
ACTS = {"create": "", "update": "edit", "retire": "retire", "restore": "restore"}


class DrawnPages:
    """What ``RecordPages`` draws with; the topic's own templates go before the plain ones."""

    topic: ClassVar[str]
    model: Any
    word: Any

    def __init__(self, request: HttpRequest):
        self.request, self.actor = request, request.actor  # type: ignore[attr-defined]
        self.resource = self.model.resource

    def _render(
        self, name: str, shown: dict[str, Any], *, part: str = "", status: int = 200
    ) -> HttpResponse:
        return render(
            self.request, self._templates(name, part), self._context(shown), status=status
        )

    def _context(self, shown: dict[str, Any]) -> dict[str, Any]:
        """What every one of the templates needs: names, addresses, and which acts are open."""
        record = shown.get("record")
        name = f"{self._app}:{self.word}"
        acts = [a for a in ACTS if policy.is_declared(f"{self.resource}.{a}")]
        may = {act: policy.allows(self.actor, f"{self.resource}.{act}", record) for act in acts}
        urls = {word: reverse(f"{name}-{word}") for word in ("list", "create")}
        urls["detail_name"] = f"{name}-detail"
        if record is not None:
            pages = ("detail", *(ACTS[act] for act in acts if ACTS[act]))
            urls |= {word: reverse(f"{name}-{word}", args=[record.pk]) for word in pages}
        return {"kind": self.model._meta, "urls": urls, "may": may, **shown}

    def _templates(self, name: str, part: str = "") -> list[str]:
        return [f"{self._app}/{self.topic}/{name}.html{part}", f"plain/{name}.html{part}"]

    @property
    def _app(self) -> str:
        return self.model._meta.app_label
