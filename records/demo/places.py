"""The two invented hospitals: their parts, their doctors, and where their patients live."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """What is invented about one hospital. Phone numbers are from ranges kept free for fiction."""

    code: str
    name: str
    facts: dict[str, str]
    departments: dict[str, str]
    wards: tuple[tuple[str, str, str, str, int], ...]
    clinics: tuple[tuple[str, str, str, str, str], ...]
    doctors: tuple[tuple[str, str, str, str, str, str, str], ...]
    streets: tuple[str, ...]
    city: str
    postal_codes: tuple[str, ...]
    mobile: str
    insurer: str


DEPARTMENTS = {
    "CARD": "Cardiology",
    "SURG": "General surgery",
    "MAT": "Maternity",
    "PAED": "Paediatrics",
    "MED": "Internal medicine",
}

BRIGID = Place(
    code="BRIGID",
    name="St Brigid’s Hospital",
    facts={
        "time_zone": "Europe/Berlin", "currency": "EUR", "country": "DE", "phone": "+493023125100",
        "email": "desk@brigid.example.org", "address_line": "Turmstraße 21", "city": "Berlin",
        "postal_code": "10559",
    },
    departments=DEPARTMENTS,
    wards=(
        ("C1", "Coronary care", "CARD", "2nd floor", 8), ("C2", "Cardiology step-down", "CARD", "2nd floor", 14),
        ("S1", "Surgical ward 1", "SURG", "3rd floor", 18), ("S2", "Surgical ward 2", "SURG", "3rd floor", 18),
        ("M1", "Delivery suite", "MAT", "1st floor", 6), ("M2", "Mother and child", "MAT", "1st floor", 16),
        ("P1", "Children’s ward", "PAED", "4th floor", 12), ("I1", "Medical ward", "MED", "5th floor", 24),
    ),
    clinics=(
        ("HEART", "Heart clinic", "CARD", "1.204", "Monday to Friday, 08:00 to 12:00"),
        ("RHYTHM", "Pacemaker clinic", "CARD", "1.206", "Tuesday and Thursday, 13:00 to 16:00"),
        ("SURG", "Surgical out-patients", "SURG", "1.110", "Monday to Friday, 09:00 to 15:00"),
        ("BIRTH", "Antenatal clinic", "MAT", "0.018", "Monday, Wednesday and Friday, 08:00 to 14:00"),
        ("CHILD", "Children’s clinic", "PAED", "0.022", "Monday to Friday, 08:00 to 17:00"),
    ),
    doctors=(
        ("Dr", "Vogel", "Martin", "Cardiology", "CARD", "HEART RHYTHM", "martin.vogel"),
        ("Prof. Dr", "Steinmann", "Ulrike", "Electrophysiology", "CARD", "RHYTHM", ""),
        ("Dr", "Okafor", "Chidi", "General surgery", "SURG", "SURG", ""),
        ("Dr", "Lindner", "Paula", "Obstetrics", "MAT", "BIRTH", ""),
        ("Dr", "Demir", "Selin", "Paediatrics", "PAED", "CHILD", ""),
        ("Dr", "Haas", "Friedrich", "Internal medicine", "MED", "", ""),
    ),
    streets=("Kantstraße", "Sonnenallee", "Torstraße", "Müllerstraße", "Karl-Marx-Allee", "Bänschstraße"),
    city="Berlin",
    postal_codes=("10115", "10247", "10623", "12043", "13353", "14059"),
    mobile="+4917139200",
    insurer="Berliner Krankenkasse",
)  # fmt: skip

COLUMBA = Place(
    code="COLUMBA",
    name="St Columba’s Hospital",
    facts={
        "time_zone": "Europe/London", "currency": "GBP", "country": "GB", "phone": "+442079460100",
        "email": "desk@columba.example.org", "address_line": "12 Rowan Road", "city": "London",
        "postal_code": "E2 9QX",
    },
    departments=DEPARTMENTS,
    wards=(
        ("C1", "Heart unit", "CARD", "Level 3", 8), ("S1", "Bevan ward", "SURG", "Level 2", 18),
        ("S2", "Lister ward", "SURG", "Level 2", 18), ("M1", "Birth centre", "MAT", "Level 1", 6),
        ("P1", "Rainbow ward", "PAED", "Level 1", 12), ("I1", "Seacole ward", "MED", "Level 4", 24),
        ("I2", "Nightingale ward", "MED", "Level 4", 20),
    ),
    clinics=(
        ("HEART", "Heart clinic", "CARD", "G12", "Monday to Friday, 08:30 to 12:30"),
        ("SURG", "Surgical out-patients", "SURG", "G20", "Monday to Thursday, 09:00 to 16:00"),
        ("BIRTH", "Antenatal clinic", "MAT", "G04", "Monday to Friday, 09:00 to 13:00"),
    ),
    doctors=(
        ("Dr", "Rao", "Asha", "Cardiology", "CARD", "HEART", "asha.rao"),
        ("Mr", "Pemberton", "Giles", "General surgery", "SURG", "SURG", ""),
        ("Miss", "Achebe", "Ngozi", "Obstetrics", "MAT", "BIRTH", ""),
        ("Dr", "Sinclair", "Morag", "Paediatrics", "PAED", "", ""),
        ("Dr", "Whitfield", "Leo", "Geriatrics", "MED", "", ""),
    ),
    streets=("Brick Lane", "Columbia Road", "Mare Street", "Roman Road", "Dalston Lane", "Ezra Street"),
    city="London",
    postal_codes=("E2 7RG", "E8 4PH", "E3 5LX", "N1 6DL", "E1 6QL", "E5 0NS"),
    mobile="+447700900",
    insurer="Thames Mutual",
)  # fmt: skip

PLACES = (BRIGID, COLUMBA)
