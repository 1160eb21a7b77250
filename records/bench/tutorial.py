"""A yardstick: the same records served as the tutorials of FastAPI and SQLAlchemy show it.

Not a dependency of the product: it takes part in the measuring where both can be imported.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

HERE = UUID(os.environ["BENCH_HOSPITAL"])
engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://"), pool_size=8
)


class Base(DeclarativeBase):
    """The tables."""


def _now() -> datetime:
    return datetime.now(UTC)


class Identifier(Base):
    __tablename__ = "records_patientidentifier"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("records_patient.id"))
    kind: Mapped[str]
    system: Mapped[str]
    value: Mapped[str]


class Contact(Base):
    __tablename__ = "records_patientcontact"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("records_patient.id"))
    name: Mapped[str]
    relationship: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]


class Registration(Base):
    __tablename__ = "records_registration"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("records_patient.id"))
    hospital_id: Mapped[UUID]
    sort_key: Mapped[str]
    retired_at: Mapped[datetime | None]


class Patient(Base):
    __tablename__ = "records_patient"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=_now)
    updated_at: Mapped[datetime] = mapped_column(default=_now)
    retired_reason: Mapped[str] = mapped_column(default="")
    mrn: Mapped[str] = mapped_column(default=lambda: uuid4().hex[:20])
    family_name: Mapped[str]
    given_names: Mapped[str]
    is_unidentified: Mapped[bool] = mapped_column(default=False)
    sex: Mapped[str]
    birth_date: Mapped[str]
    is_birth_date_estimated: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address_line: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    blood_group: Mapped[str] = mapped_column(default="")
    is_deceased: Mapped[bool] = mapped_column(default=False)
    deceased_on: Mapped[str] = mapped_column(default="")
    identifiers: Mapped[list[Identifier]] = relationship(lazy="selectin")
    contacts: Mapped[list[Contact]] = relationship(lazy="selectin")


class PatientIn(BaseModel):
    family_name: str
    given_names: str
    sex: str
    birth_date: str
    phone: str = ""
    city: str = ""
    country: str = ""


class IdentifierOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    kind: str
    system: str
    value: str


class ContactOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str
    relationship: str
    phone: str
    email: str


class PatientOut(PatientIn):
    model_config = ConfigDict(from_attributes=True)
    id: UUID
    version: int
    mrn: str
    is_unidentified: bool
    is_birth_date_estimated: bool
    email: str
    address_line: str
    state: str
    postal_code: str
    language: str
    blood_group: str
    is_deceased: bool
    deceased_on: str
    created_at: datetime
    updated_at: datetime
    identifiers: list[IdentifierOut]
    contacts: list[ContactOut]


def get_session() -> Iterator[Session]:
    """A session for each request."""
    with Session(engine) as session:
        yield session


Db = Annotated[Session, Depends(get_session)]
app = FastAPI()


@app.get("/patients", response_model=list[PatientOut])
def read_patients(db: Db, offset: int = 0, limit: int = 50, name: str = "") -> list[Patient]:
    """A page by offset, as the tutorial pages."""
    rows = select(Patient).join(Registration).where(
        Registration.hospital_id == HERE, Registration.retired_at.is_(None)
    )  # fmt: skip
    if name:
        rows = rows.where(Patient.family_name.istartswith(name))
    rows = rows.order_by(Registration.sort_key, Patient.id).offset(offset).limit(limit)
    return list(db.scalars(rows))


@app.get("/patients/{patient_id}", response_model=PatientOut)
def read_patient(db: Db, patient_id: UUID) -> Patient:
    """One patient."""
    patient = db.get(Patient, patient_id)
    if patient is None:
        raise HTTPException(status_code=404, detail="Patient not found")
    return patient


@app.post("/patients", response_model=PatientOut, status_code=201)
def create_patient(db: Db, sent: PatientIn) -> Patient:
    """One insert."""
    patient = Patient(**sent.model_dump())
    db.add(patient)
    db.commit()
    db.refresh(patient)
    return patient
