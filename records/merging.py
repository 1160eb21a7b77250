"""What becomes of each relation to Patient when two charts are merged: decided once, here.

``move``: the row goes to the survivor. ``keep``: it stays where it is. ``refuse``: its presence
forbids the merge. A relation that is missing here fails the suite.
"""

from django.db.models import ForeignObjectRel, Model
from simple_history.models import HistoricalChanges

WAYS = frozenset({"move", "keep", "refuse"})

RELATIONS = {
    "records.Registration.patient": "move",
    "records.PatientIdentifier.patient": "move",
    "records.PatientContact.patient": "move",
    "records.Allergy.patient": "move",
    "records.AllergyStatement.patient": "move",
    "records.MedicalHistory.patient": "move",
    "records.Appointment.patient": "move",
    "records.Encounter.patient": "move",
    "records.Diagnosis.patient": "move",
    "records.Observation.patient": "move",
    "records.Treatment.patient": "move",
    # What was found and decided of two charts stays with the two; of one that is merged nothing shows.
    "records.DuplicatePair.first": "keep",
    "records.DuplicatePair.second": "keep",
    # A chart into which others were merged: pointers always lead to one that stays.
    "records.Patient.merged_into": "refuse",
    "records.MergeEvent.survivor": "keep",
    "records.MergeEvent.merged": "keep",
}


def relations_to(model: type[Model]) -> set[str]:
    """Every relation that points at ``model`` from any app, hidden ones too, as "app.Model.field".

    Histories are left out: they tell what was, so a merge never touches them.
    """
    return {
        f"{relation.field.model._meta.label}.{relation.field.name}"
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and not issubclass(relation.field.model, HistoricalChanges)
    }
