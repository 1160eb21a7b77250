"""Sessions in the database, of which two requests at once lose nothing.

Django's writes the whole session as the request found it: of two that overlap the slower one takes
back what the faster one noted, be it a message or the lock. Here a request writes what it changed.
"""

from copy import deepcopy
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import router, transaction


class SessionStore(DatabaseStore):
    """Named by the setting SESSION_ENGINE, as this module."""

    def load(self) -> dict[str, Any]:
        data = super().load()
        self._found = deepcopy(data)
        return data

    def save(self, must_create: bool = False) -> None:
        """Write what this request changed over what the session holds by now; UpdateError when it is gone."""
        found = getattr(self, "_found", None)
        if must_create or self.session_key is None or not found:
            super().save(must_create)
        else:
            using = router.db_for_write(self.model)
            with transaction.atomic(using=using):
                self._session_cache = self._merged(found, dict(self.items()), using)
                super().save()
        self._found = deepcopy(dict(self.items()))

    def _merged(self, found: dict[str, Any], mine: dict[str, Any], using: str) -> dict[str, Any]:
        rows = self.model.objects.using(using).select_for_update()
        row = rows.filter(session_key=self.session_key).first()
        if row is None:
            raise UpdateError
        changed = {name: value for name, value in mine.items() if found.get(name) != value}
        dropped = found.keys() - mine.keys()
        kept = {name: value for name, value in row.get_decoded().items() if name not in dropped}
        return kept | changed
