"""The filters a person has saved for a list, as links above it."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext

from hospital.kit import policy
from hospital.kit.actors import Actor


class Saved:
    """What the person has saved of one list, and whether it is what is shown now; one query.

    ``list`` is the name of the list's source, ``query`` what the address asks, "" when it asks nothing.
    """

    def __init__(self, actor: Actor, source: str, asked: Mapping[str, str]):
        self.list, self.query = source, urlencode(asked)
        rows: Any = ()
        if policy.allows(actor, "hospital.savedfilter.create"):
            mine = {"user_id": actor.user_id, "hospital_id": actor.here, "list": source}
            model = apps.get_model("hospital", "SavedFilter")
            rows = model.objects.filter(**mine).order_by("name", "id")
        self.links = [
            {
                "id": row.pk,
                "name": row.name,
                "label": row.name,
                "url": f"?{row.query}",
                "is_current": QueryDict(row.query).dict() == dict(asked),
            }
            for row in rows
        ]

    @property
    def current(self) -> dict[str, Any] | None:
        """The saved filters that are in force now."""
        return next((link for link in self.links if link["is_current"]), None)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The whole list, then each of the saved filters; nothing when there are none."""
        if not self.links:
            return []
        return [{"label": gettext("All"), "url": "?", "is_current": not self.query}, *self.links]
