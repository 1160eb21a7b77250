"""How the pages of a plain record are drawn: their templates, and what each of them is told."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from hospital.kit import policy

# What may be done with a record that is there, and the last word of its page's name.
ACTS = {"create": "", "update": "edit", "retire": "retire", "restore": "restore"}


class DrawnPages:
    """What ``RecordPages`` draws with; the topic's own templates go before the plain ones."""

    topic: ClassVar[str]
    # Words for the button that leads to a new record, where "Add <name>" are not the right ones.
    add_words: ClassVar[str | Promise] = ""
    model: Any
    word: Any

    def __init__(self, request: HttpRequest):
        self.request, self.actor = request, request.actor  # type: ignore[attr-defined]
        self.resource = self.model.resource

    def acts_of_list(self) -> list[dict[str, Any]]:
        """Further buttons of the list: {"label", "url", "icon"}."""
        return []

    def acts_of(self, record: Any) -> list[dict[str, Any]]:
        """Further buttons of a standing record's page: {"label", "url", "icon"}."""
        return []

    def counted(self, count: int) -> str:
        """How many there are in words, where "<count> <names>" is not how one says it; "" for that."""
        return ""

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
        words = {"kind": self.model._meta, "add_words": self.add_words}
        return {**words, "urls": urls, "may": may, **shown}

    def _templates(self, name: str, part: str = "") -> list[str]:
        return [f"{self._app}/{self.topic}/{name}.html{part}", f"plain/{name}.html{part}"]

    @property
    def _app(self) -> str:
        return self.model._meta.app_label
