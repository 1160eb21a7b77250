"""What is printed of a stay: the wristband, a label, the discharge summary, the list of a ward.

Each names the patient by two identifiers: name with birth date, and the MRN, also as bars.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table

from hospital.kit import clock, pdfs
from hospital.kit.actors import Actor
from hospital.kit.web.pages import page
from hospital.models import Hospital, Ward
from hospital.web import texts
from records.models import BedPeriod, Diagnosis, Encounter, InPatient, Patient, Treatment
from records.models.patients import Sex
from records.services import bed_board

from . import patient_rows
from . import stay_rows as shown

WRISTBAND, LABEL = (250 * mm, 25 * mm), (50 * mm, 25 * mm)
EDGE = 2 * mm
GRID = [
    ("FONTSIZE", (0, 0), (-1, -1), 8),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.grey),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]
BARE = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]  # fmt: skip


@page("records.inpatient.read")
def wristband(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who the patient is, around the wrist."""
    stay = _opened(request, pk, "wristband")
    who = [
        pdfs.paragraph(stay.patient.display_name, 11, is_bold=True),
        pdfs.paragraph(_born(stay.patient), 8),
    ]
    numbers = [
        pdfs.paragraph(_("MRN %(mrn)s") % {"mrn": stay.patient.mrn}, 9, is_bold=True),
        pdfs.paragraph(f"{_hospital(request)} · {stay.number}", 7),
    ]
    code = pdfs.bars(stay.patient.mrn, height=14 * mm, width=75 * mm)
    row = Table([[who, numbers, code]], colWidths=[85 * mm, 75 * mm, 80 * mm], style=BARE)
    return _sent(pdfs.fitted([row], WRISTBAND, margin=EDGE))


@page("records.inpatient.read")
def label(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For a tube, a folder or a bag of clothes."""
    stay = _opened(request, pk, "label")
    parts = [
        pdfs.paragraph(stay.patient.display_name, 7, is_bold=True),
        pdfs.paragraph(f"{_born(stay.patient)} · {stay.patient.mrn}", 6),
        pdfs.bars(stay.patient.mrn, height=8 * mm, width=45 * mm),
    ]
    return _sent(pdfs.fitted(parts, LABEL, margin=EDGE))


@page("records.inpatient.print_summary")
def summary(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What goes home with the patient, and to the family doctor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay = _opened(request, pk, "summary", "print_summary")
    parts: list[Any] = [
        pdfs.paragraph(_hospital(request), 14, is_bold=True),
        pdfs.paragraph(_("Discharge summary"), 12, is_bold=True),
        Spacer(1, 4 * mm),
        _who(stay.patient),
        Spacer(1, 4 * mm),
        _facts(stay),
    ]
    for head, lines in _clinical(actor, stay):
        parts += [Spacer(1, 4 * mm), pdfs.paragraph(head, 11, is_bold=True)]
        parts += [pdfs.paragraph(line) for line in lines]
    parts += [Spacer(1, 18 * mm), pdfs.paragraph(f"{stay.attending or ''}  ____________________")]
    return _page(request, parts, size=A4, name=_("Discharge summary"))


@page("records.bedperiod.list")
def ward_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who lies in a ward now, bed by bed, for the round."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    ward = get_object_or_404(Ward.objects.visible_to(actor).live(), pk=pk)
    board = bed_board.at(actor, wards=[ward])[0]
    periods = board.stays
    patients = [period.encounter.patient for period in periods if period.encounter]
    shown.look(actor, patients, act="list", detail="ward list")
    heads = (_("Bed"), _("Patient"), _("MRN"), _("Since"), _("Doctor"), _("Reason for coming"))
    rows = [[pdfs.paragraph(head, 8, is_bold=True) for head in heads]]
    rows += [[pdfs.paragraph(each, 8) for each in _line(period)] for period in periods]
    widths = [25 * mm, 75 * mm, 28 * mm, 38 * mm, 45 * mm, 50 * mm]
    parts = [
        pdfs.paragraph(f"{ward} · {_hospital(request)}", 14, is_bold=True),
        Spacer(1, 3 * mm),
        Table(rows, colWidths=widths, repeatRows=1, style=GRID),
    ]
    return _page(request, parts, size=landscape(A4), name=_("Ward list"))


def _opened(request: HttpRequest, pk: UUID, what: str, action: str = "read") -> InPatient:
    """The stay; that it was printed stands on record, each time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay = shown.one(actor, pk, action)
    shown.look(actor, [stay.patient_id], object_id=pk, detail=f"print {what}")
    return stay


def _page(request: HttpRequest, parts: list[Any], *, size: Any, name: str) -> HttpResponse:
    hospital: Hospital = request.workplace.hospital  # type: ignore[attr-defined]
    told = {
        "when": texts.moment_text(clock.now()),
        "zone": hospital.time_zone,
        "who": hospital.name,
    }
    footer = _("%(who)s · printed %(when)s (%(zone)s)") % told
    return _sent(pdfs.document(parts, size=size, title=name, footer=footer))


def _sent(made: bytes) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    # Nothing of the patient stands in a file's name.
    response["Content-Disposition"] = 'inline; filename="print.pdf"'
    return response


def _hospital(request: HttpRequest) -> str:
    return str(request.workplace.hospital)  # type: ignore[attr-defined]


def _born(patient: Patient) -> str:
    sex = "" if patient.sex == Sex.UNKNOWN else str(patient.get_sex_display())
    return " · ".join(filter(None, (patient_rows.born(patient), sex)))


def _who(patient: Patient) -> Table:
    names = [
        pdfs.paragraph(patient.display_name, 12, is_bold=True),
        pdfs.paragraph(_born(patient)),
        pdfs.paragraph(_("MRN %(mrn)s") % {"mrn": patient.mrn}),
    ]
    code = pdfs.bars(patient.mrn, height=12 * mm, width=60 * mm)
    return Table([[names, code]], colWidths=[110 * mm, 62 * mm], style=BARE)


def _facts(stay: InPatient) -> Table:
    told = [(row["label"], row["value"]) for row in shown.facts_of(stay)]
    rows = [[pdfs.paragraph(name, 9), pdfs.paragraph(value, 9)] for name, value in told if value]
    return Table(rows, colWidths=[45 * mm, 127 * mm], style=GRID)


def _clinical(actor: Actor, stay: Encounter) -> list[tuple[str, list[str]]]:
    """What was found and done, then the summary: who prints it reads all of them."""
    rows = Diagnosis.objects.visible_to(actor, "list").live().filter(encounter=stay)
    rows = rows.exclude(certainty=Diagnosis.Certainty.REFUTED).order_by("-is_main", "id")
    done = Treatment.objects.visible_to(actor, "list").live().filter(encounter=stay)
    done = done.filter(status=Treatment.Status.DONE).select_related("procedure")
    found = [
        (_("Diagnoses"), [f"{row.description} {row.code}".strip() for row in rows]),
        (
            _("Treatments"),
            [f"{texts.day_text(row.done_at)} {row.procedure}" for row in done.order_by("done_at")],
        ),
        (_("Summary"), [stay.summary] if stay.summary else []),
    ]
    return [(head, lines) for head, lines in found if lines]


def _line(period: BedPeriod) -> list[str]:
    stay: Any = period.encounter
    return [
        str(period.bed or _("waits")),
        f"{stay.patient.display_name}\n{_born(stay.patient)}",
        stay.patient.mrn,
        texts.moment_text(stay.starts_at),
        str(stay.attending or ""),
        stay.complaint,
    ]


def urls() -> list[URLPattern]:
    """The addresses of what is printed."""
    at = "inpatients/<uuid:pk>"
    return [
        path(f"{at}/wristband.pdf", wristband, name="inpatient-wristband"),
        path(f"{at}/label.pdf", label, name="inpatient-label"),
        path(f"{at}/summary.pdf", summary, name="inpatient-summary"),
        path("wards/<uuid:pk>/list.pdf", ward_list, name="bedperiod-ward-list"),
    ]
