"""Searches kept under an id that says nothing."""

from datetime import timedelta
from uuid import UUID

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.models import SavedSearch

KEPT_FOR = timedelta(days=1)
# What is searched for again so soon is the same search: what was begun from it is found again.
SAME_FOR = timedelta(hours=1)


def keep(actor: Actor, text: str) -> UUID:
    """Keep what was typed and return its id for the URL."""
    told = {"user_id": actor.principal, "hospital_id": actor.here, "text": text[:200]}
    before = SavedSearch.objects.filter(**told, created_at__gt=clock.now() - SAME_FOR)
    known: UUID | None = before.values_list("pk", flat=True).first()
    return known or SavedSearch.objects.create(**told).pk


def kept(actor: Actor, search_id: UUID) -> str:
    """What this person searched for at this hospital; NotVisible for anybody else's search."""
    mine = SavedSearch.objects.filter(user_id=actor.principal, hospital_id=actor.here)
    text = mine.filter(pk=search_id).values_list("text", flat=True).first()
    if text is None:
        raise NotVisible
    return text


def forget_old() -> int:
    """Delete searches older than a day; returns how many."""
    return SavedSearch.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]
