"""Acts on beds."""

from itertools import count

from django.core.exceptions import ValidationError

from hospital.kit import audit, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.codes import sentence
from hospital.kit.errors import RuleError
from hospital.kit.storable import trimmed
from hospital.models import Bed, Ward

AT_ONCE = 100
EXTRA = "X"
HIGHEST = 9999


@act("hospital.bed.create")
def add_many(actor: Actor, *, ward: Ward, prefix: str = "", first: int, last: int) -> list[Bed]:
    """Add the beds ``prefix`` + ``first`` … ``last`` to a ward, all of them or none.

    ValidationError ``bed_range`` unless they are 1 to 100 numbers from 0 to 9999; RuleError
    ``labels_taken`` naming those that live beds of the ward already have.
    """
    beds = [
        Bed(hospital_id=ward.hospital_id, ward=ward, label=label)
        for label in labels(prefix, first, last)
    ]
    chosen = {"ward", "label"}
    policy.require(actor, "hospital.bed.create", beds[0], fields=chosen)
    facts.hold_parents(beds[0])
    _check(beds)
    _refuse_taken(beds)
    for bed in beds:
        facts.save(bed)
        audit.wrote(bed, changed=chosen)
    return beds


def labels(prefix: str, first: int, last: int) -> list[str]:
    """The labels of the beds that ``add_many`` adds, in their order."""
    if not 0 <= first <= last <= HIGHEST or last - first >= AT_ONCE:
        raise ValidationError({"last": ValidationError(sentence("bed_range"), "bed_range")})
    return [trimmed(f"{prefix}{number}") for number in range(first, last + 1)]


def put_extra(ward: Ward, kind: str) -> Bed:
    """Store an extra bed or cot of a ward, within an act that has asked for its permission and locked the ward.

    Its label is the first of X1, X2 … that no live bed of the ward has; it is a name in every language.
    """
    bed = Bed(hospital_id=ward.hospital_id, ward=ward, kind=kind, is_extra=True)
    taken = set(Bed.objects.live().filter(ward=ward).values_list("label", flat=True))
    bed.label = next(each for n in count(1) if (each := f"{EXTRA}{n}") not in taken)
    bed.full_clean()
    facts.save(bed)
    audit.wrote(bed, changed={"ward", "label", "kind", "is_extra"})
    return bed


def _check(beds: list[Bed]) -> None:
    """Ask the model about each bed, and about the ward, which all have in common, once."""
    beds[0].clean()
    try:
        for bed in beds:
            bed.ward = beds[0].ward
            bed.clean_fields(exclude={"hospital", "ward"})
    except ValidationError as exc:
        # The numbers are in order, so what is wrong with a label is wrong with the prefix.
        raise ValidationError({"prefix": exc.error_dict["label"]}) from exc


def _refuse_taken(beds: list[Bed]) -> None:
    """The ward is locked, so nobody takes a label between this look and the saving."""
    wanted = [bed.label for bed in beds]
    taken = list(Bed.objects.live().filter(ward=beds[0].ward, label__in=wanted))
    if taken:
        links = tuple(bed.as_link() for bed in taken[: facts.LINKED])
        told = ", ".join(bed.label for bed in taken)
        raise RuleError("labels_taken", links=links, labels=told)
