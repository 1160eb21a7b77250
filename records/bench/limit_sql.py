"""The statements of the limit, as the product asks them."""

COLUMNS = """
    p.id, p.version, p.mrn, p.family_name, p.given_names, p.is_unidentified, p.sex, p.birth_date,
    p.is_birth_date_estimated, p.phone, p.email, p.address_line, p.city, p.state, p.postal_code,
    p.country, p.language, p.blood_group, p.is_deceased, p.deceased_on, r.registered_at, p.merged_into_id,
    p.created_at, r.changed_at AS updated_at, r.retired_at
"""
FROM = """
    FROM records_patient p JOIN records_registration r ON r.patient_id = p.id
    WHERE r.hospital_id = %(here)s AND r.retired_at IS NULL
"""
ORDER = "ORDER BY r.sort_key, p.id LIMIT %(limit)s"

ONE = f"SELECT {COLUMNS} {FROM} AND p.id = %(id)s"
MANY = f"SELECT {COLUMNS} {FROM} AND p.id = ANY(%(ids)s)"
FIRST = f"SELECT {COLUMNS}, r.sort_key {FROM} {ORDER}"
AFTER = f"""
    SELECT {COLUMNS}, r.sort_key {FROM}
    AND r.sort_key >= %(key)s AND (r.sort_key > %(key)s OR p.id > %(after)s) {ORDER}
"""
IDENTIFIERS = """
    SELECT patient_id AS parent, kind, system, value FROM records_patientidentifier
    WHERE retired_at IS NULL AND patient_id = ANY(%s) ORDER BY kind, id
"""
CONTACTS = """
    SELECT patient_id AS parent, name, relationship, phone, email FROM records_patientcontact
    WHERE retired_at IS NULL AND patient_id = ANY(%s) ORDER BY created_at, id
"""
EXTERNAL_IDS = """
    SELECT object_id AS parent, source_id, value FROM hospital_externalid
    WHERE object_id = ANY(%s) AND hospital_id = %s ORDER BY id
"""
SEARCH = """
    SELECT r.patient_id FROM records_searchkey k JOIN records_registration r ON r.id = k.registration_id
    WHERE k.hospital_id = %(here)s AND k.kind = 'n' AND k.key >= %(from)s AND k.key < %(to)s
    AND k.shared < %(length)s ORDER BY k.key, k.registration_id LIMIT %(limit)s
"""
CREATE = """
    INSERT INTO records_patient (
        id, version, created_at, updated_at, retired_reason, mrn, family_name, given_names,
        is_unidentified, sex, birth_date, is_birth_date_estimated, phone, email, address_line, city,
        state, postal_code, country, language, blood_group, is_deceased, deceased_on
    ) VALUES (
        %(id)s, 1, now(), now(), '', %(mrn)s, %(family_name)s, %(given_names)s,
        false, %(sex)s, %(birth_date)s, false, %(phone)s, '', '', %(city)s,
        '', '', %(country)s, '', '', false, ''
    ) RETURNING *
"""
REGISTER = """
    INSERT INTO records_registration (
        id, version, created_at, updated_at, retired_reason, patient_id, hospital_id,
        registered_at, changed_at, reason, sort_key, sex
    ) VALUES (%(registration)s, 1, now(), now(), '', %(id)s, %(here)s, now(), now(), '', %(sort_key)s,
        %(sex)s)
"""
KEYS = """
    INSERT INTO records_searchkey (registration_id, hospital_id, kind, key, shared)
    VALUES (%s, %s, %s, %s, 0)
"""
BOOK = """
    INSERT INTO records_appointment (
        id, version, created_at, updated_at, retired_reason, hospital_id, caller_name, caller_phone,
        clinic_id, doctor_id, note, starts_at, ends_at, status, is_walk_in, status_at, cancel_reason,
        overbook_reason, patient_lane, lane_reason, attention
    ) VALUES (
        %(id)s, 1, now(), now(), '', %(here)s, 'Bench', '',
        %(clinic_id)s, %(doctor_id)s, '', %(starts_at)s, %(ends_at)s, 'scheduled', false, now(), '',
        '', 1, '', ''
    ) RETURNING *
"""
TAKE = """
    INSERT INTO records_booking (
        id, version, created_at, updated_at, retired_reason, hospital_id, appointment_id, bookable_id,
        session_id, held_on, starts_at, ends_at, lane, overbook_seat
    ) VALUES (
        %(booking)s, 1, now(), now(), '', %(here)s, %(id)s, %(resource_id)s,
        %(session_id)s, %(held_on)s, %(starts_at)s, %(ends_at)s, 1, 0
    )
"""
WEEK = """
    SELECT a.id, a.doctor_id, a.starts_at, a.status, p.family_name, p.given_names
    FROM records_appointment a LEFT JOIN records_patient p ON p.id = a.patient_id
    WHERE a.hospital_id = %(here)s AND a.clinic_id = %(clinic)s AND a.retired_at IS NULL
    AND a.status <> 'cancelled' AND a.starts_at >= %(first)s AND a.starts_at < %(last)s
    ORDER BY a.doctor_id, a.starts_at
"""
