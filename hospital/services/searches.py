"""Searches kept under an id that says nothing."""

from uuid import UUID

from hospital.kit import clock, drafts
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.models import SavedSearch

# As long as a form that was begun from it.
KEPT_FOR = drafts.KEPT_FOR


def keep(actor: Actor, text: str) -> UUID:
    """Keep what was typed and return its id for the URL: the same one for the same words, so that what was begun from
    that search is found again.
    """
    told = {"user_id": actor.principal, "hospital_id": actor.here, "text": text[:200]}
    before = SavedSearch.objects.filter(**told, created_at__gt=clock.now() - KEPT_FOR)
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
    """Delete searches older than a week; returns how many."""
    return SavedSearch.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]
