"""What becomes of each relation to Patient when two charts are merged: decided once, here.

``move``: the row goes to the survivor. ``keep``: it stays where it is. ``refuse``: its presence
forbids the merge. A relation that is missing here fails the suite.
"""

RELATIONS = {
    "records.Registration.patient": "move",
    "records.PatientIdentifier.patient": "move",
    "records.PatientContact.patient": "move",
}
