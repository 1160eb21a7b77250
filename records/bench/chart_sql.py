"""What a chart's first page and its timeline must ask the database at least, written by hand for both engines."""

from records import vitals

_OF = "patient_id = %(id)s AND hospital_id = %(here)s AND retired_at IS NULL"
_OF_X = "x.patient_id = %(id)s AND x.hospital_id = %(here)s AND x.retired_at IS NULL"
_DOCTOR = "d.title, d.given_names, d.family_name"


def _counted(table: str, of: str = _OF, what: str = "1", more: str = "") -> str:
    return f"(SELECT COUNT(*) FROM (SELECT {what} FROM {table} WHERE {of} {more} LIMIT 100) AS n)"


_PATIENTS = "patient_id = %(id)s AND retired_at IS NULL"
CHART = f"""
    SELECT p.family_name, p.given_names, p.birth_date, p.sex, p.mrn, p.phone, p.is_deceased, r.retired_at,
        {_counted("records_encounter")},
        {_counted("records_appointment", more="AND status IN ('scheduled', 'checked_in', 'in_progress')")},
        {_counted("records_diagnosis")},
        {_counted("records_medicalhistory", _PATIENTS)},
        {_counted("records_observation", what="DISTINCT taken_at")},
        {_counted("records_treatment")},
        {_counted("records_allergy", _PATIENTS)}
    FROM records_patient p JOIN records_registration r ON r.patient_id = p.id
    WHERE p.id = %(id)s AND r.hospital_id = %(here)s
"""
ALLERGIES = f"""
    SELECT substance, clinical_status, verification_status, criticality, reaction
    FROM records_allergy WHERE {_PATIENTS}
"""
ENCOUNTERS = f"""
    SELECT x.id, x.kind, x.starts_at, x.ends_at, x.status, x.complaint, c.name, {_DOCTOR}
    FROM records_encounter x LEFT JOIN hospital_clinic c ON c.id = x.clinic_id
    LEFT JOIN hospital_doctor d ON d.id = x.attending_id
    WHERE {_OF_X} AND x.status NOT IN ('planned', 'cancelled')
    ORDER BY x.starts_at DESC, x.id DESC LIMIT %(most)s
"""
TREATMENTS = f"""
    SELECT x.id, x.done_at, c.name, {_DOCTOR} FROM records_treatment x
    JOIN records_procedure c ON c.id = x.procedure_id JOIN hospital_doctor d ON d.id = x.doctor_id
    WHERE {_OF_X} AND x.done_at IS NOT NULL ORDER BY x.done_at DESC, x.id DESC LIMIT %(most)s
"""
DIAGNOSES = f"""
    SELECT x.id, COALESCE(e.starts_at, x.created_at) AS said_at, x.description, x.code, x.certainty
    FROM records_diagnosis x LEFT JOIN records_encounter e ON e.id = x.encounter_id
    WHERE {_OF_X} ORDER BY said_at DESC, x.id DESC LIMIT %(most)s
"""
VALUES = f"""
    SELECT id, taken_at, name, category, code_system, code, value, interpretation
    FROM records_observation WHERE {_OF} AND taken_at IN (
        SELECT DISTINCT taken_at FROM records_observation WHERE {_OF} ORDER BY taken_at DESC LIMIT %(most)s
    )
"""
NEXT = f"""
    SELECT x.id, x.starts_at, x.ends_at, x.status, c.name, {_DOCTOR} FROM records_appointment x
    JOIN hospital_clinic c ON c.id = x.clinic_id LEFT JOIN hospital_doctor d ON d.id = x.doctor_id
    WHERE {_OF_X} AND x.status IN ('scheduled', 'checked_in', 'in_progress')
    ORDER BY x.starts_at, x.id LIMIT 1
"""
PLANNED = f"""
    SELECT x.id, x.planned_for, c.name, {_DOCTOR} FROM records_treatment x
    JOIN records_procedure c ON c.id = x.procedure_id JOIN hospital_doctor d ON d.id = x.doctor_id
    WHERE {_OF_X} AND x.status = 'planned' ORDER BY x.planned_for, x.id LIMIT 6
"""
NAMED = f"""
    SELECT id, description, certainty, onset, code_system, code FROM records_diagnosis
    WHERE {_OF} AND clinical_status = 'active'
    AND (certainty = 'confirmed' OR (is_main AND certainty <> 'refuted')) ORDER BY id DESC LIMIT 200
"""
HISTORIES = f"""
    SELECT id, description, onset, code_system, code FROM records_medicalhistory
    WHERE {_PATIENTS} AND clinical_status = 'active' AND category <> 'family'
"""
_LAST = ", ".join(
    f"(SELECT id FROM records_observation WHERE {_OF} AND code = '{code}' ORDER BY taken_at DESC, id DESC LIMIT 1)"
    for code in vitals.BY_CODE
)
SIGNS = f"""
    SELECT id, taken_at, code, value, interpretation FROM records_observation WHERE id IN ({_LAST})
"""

TIMELINE = (ENCOUNTERS, TREATMENTS, DIAGNOSES, VALUES)
STANDING = (NEXT, PLANNED, NAMED, HISTORIES, SIGNS)
OVERVIEW = (CHART, ALLERGIES, *TIMELINE, *STANDING)
TIMELINE_PAGE = (CHART, ALLERGIES, *TIMELINE)
