"""Patients from a file: who is new, who is known already, and what is broken."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hospital.kit import bulk
from hospital.kit.actors import Actor, acting
from hospital.services.import_kinds import ABOVE, LIKELY, Judged, Kind, Named, Outcome, Row
from records.likeness import Facts
from records.models import Patient, PatientIdentifier, Registration

from . import alike, alike_many, mrns, patient_reading, patient_undoing, patients, search_keys
from .alike_many import Known
from .import_scratch import Scratch
from .patient_reading import FIELDS

REASON = "import"


class PatientKind(Kind):
    """Patients, as files bring them."""

    name = "patients"
    label = _("Patients")
    fields = FIELDS
    needs = (("family_name", "given_names", "full_name"),)
    wholes = MappingProxyType({"full_name": ("family_name", "given_names")})
    url_name = "records:patient-detail"
    compared = ("records:duplicatepair-list", "records.duplicatepair.list", _("Likely duplicates"))
    number = _("MRN")
    looks = "records.patient.list"
    hint = _(
        "Several columns may go into one street or one row of given names. A column of MRNs keeps them; without one "
        "every new chart gets a new number."
    )
    order = 10

    def run(self, actor: Actor, options: Mapping[str, Any]) -> "PatientRun":
        return PatientRun(actor, options)

    def named(self, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Named]:
        rows = Patient.objects.visible_to(actor).in_bulk(ids)
        return {pk: Named(row.display_name, row.shown_mrn) for pk, row in rows.items()}

    def undo(self, actor: Actor, ids: Sequence[UUID]) -> set[UUID]:
        return patient_undoing.undo(actor, ids)


class _Taken:
    """What of these rows is taken in the database already, asked once for all of them."""

    def __init__(self, actor: Actor, drafts: Sequence[Judged]):
        kept = [draft.made[0].mrn for draft in drafts if draft.made[0].mrn]
        charts = Patient.objects.filter(mrn__in=kept) if kept else Patient.objects.none()
        self.mrns = set(charts.values_list("mrn", flat=True))
        # Numbers of one person: those of charts that are live here, and what the others are refused as.
        self.here: dict[str, UUID] = {}
        self.refused: dict[str, str] = {}
        rows = [
            row for draft in drafts for row in draft.made[1] if row.kind in row.ONE_PATIENT_ONLY
        ]
        if rows:
            self._ask(actor, {row.value_key for row in rows})

    def _ask(self, actor: Actor, keys: set[str]) -> None:
        held = PatientIdentifier.objects.live().filter(
            value_key__in=keys, kind__in=PatientIdentifier.ONE_PATIENT_ONLY
        )
        holders = {_own(row): row.patient_id for row in held}
        at = Registration.objects.filter(hospital_id=actor.here, patient__in=holders.values())
        known = dict(at.values_list("patient_id", "retired_at"))
        for key, pk in holders.items():
            if pk in known and known[pk] is None:
                self.here[key] = pk
            else:
                self.refused[key] = "identifier_known" if pk in known else "known_elsewhere"


def _own(row: PatientIdentifier) -> str:
    return f"i{row.kind}:{row.system}:{row.value_key}"


class PatientRun:
    """One reading of a file of patients."""

    def __init__(self, actor: Actor, options: Mapping[str, Any]):
        self.actor, self.options, self._scratch = actor, options, Scratch()

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        drafts = [self._read(row) for row in rows]
        taken = _Taken(self.actor, drafts)
        good = [draft for draft in drafts if not draft.problems]
        people = [alike.facts_of(draft.made[0]) for draft in good]
        like = alike_many.like_words(people)
        charts = alike_many.charts(self.actor, people, like)
        for draft, person, known in zip(good, people, charts, strict=True):
            self._judge(draft, person, known, like, taken)
        return drafts

    def store(self, judged: Sequence[Judged]) -> None:
        """All of them with their numbers, histories, keys and audit, as ``patients.register`` does it."""
        made = [each.made for each in judged]
        _number(self.actor, [chart for chart, _ in made])
        here = [patients.registration_of(self.actor, chart) for chart, _ in made]
        rows = [row for _, numbers in made for row in numbers]
        for row in rows:
            row.hospital_id = self.actor.here
        changed = {chart.pk: chart.changed_fields() for chart, _ in made}
        with acting(self.actor, "records.patient.create"):
            bulk.add(
                [chart for chart, _ in made], changed=lambda chart: changed[chart.pk], reason=REASON
            )
            bulk.add(here)
            bulk.add(rows, changed=lambda row: row.CONTENT)
        keys = [search_keys.keys_of(*each) for each in made]
        search_keys.add_all(dict(zip(here, keys, strict=True)))
        for each in judged:
            each.object_id = each.made[0].pk

    def stored(self) -> None:
        self._scratch.clear()

    def _read(self, row: Row) -> Judged:
        draft = Judged(row.number, problems=list(row.wrong))
        patient = patient_reading.patient_of(row.values, self.options["dates"], draft.problems)
        draft.made = (patient, patient_reading.numbers_of(row.values, patient, draft.problems))
        if draft.problems:
            draft.outcome = Outcome.BROKEN
        return draft

    def _judge(
        self, draft: Judged, person: Facts, known: list[Known], like: alike_many.Like, taken: _Taken
    ) -> None:
        patient, numbers = draft.made
        exact = [_own(row) for row in numbers if row.kind in row.ONE_PATIENT_ONLY]
        self._compare(draft, self._same(person, known, like, exact, taken))
        if draft.outcome == Outcome.CREATED:
            mine = [*exact, *([f"m{patient.mrn}"] if patient.mrn else [])]
            if clash := self._clash(draft, exact, taken):
                draft.outcome, draft.problems = Outcome.BROKEN, [*clash]
            else:
                keys = search_keys.keys_of(patient, numbers)
                self._scratch.add(draft.number, patient.pk, person, keys, mine)

    def _compare(self, draft: Judged, same: tuple[int | None, UUID] | None) -> None:
        """What becomes of the row when the person is known."""
        if not same:
            return
        draft.problems.append(("", LIKELY))
        draft.like_row, draft.object_id = same
        way = self.options["likely"]
        draft.outcome = {"skip": Outcome.SKIPPED, "link": Outcome.LINKED}.get(way, Outcome.CREATED)

    def _same(
        self, person: Facts, known: list[Known], like: alike_many.Like, exact: list[str], taken: _Taken
    ) -> tuple[int | None, UUID] | None:  # fmt: skip
        """The row above and the chart of the same person: by a number of one person alone, else likely."""
        if holder := next((taken.here[key] for key in exact if key in taken.here), None):
            return None, holder
        held = (self._scratch.holder(key) for key in exact)
        if above := next((each for each in held if each), None):
            return above
        found = alike_many.likest(person, [*known, *self._scratch.like(person, like)])
        return (found.row, found.patient_id) if found else None

    def _clash(self, draft: Judged, exact: list[str], taken: _Taken) -> list[tuple[str, str]]:
        """What forbids a new chart: an MRN or a number of one person that somebody has."""
        patient, numbers = draft.made
        mrn = f"m{patient.mrn}"
        if patient.mrn and patient.mrn in taken.mrns:
            return [("mrn", "mrn_taken")]
        if patient.mrn and (above := self._scratch.holder(mrn)):
            draft.like_row, _ = above
            return [("mrn", ABOVE)]
        names = {kind: name for name, kind in patient_reading.NUMBERS.items()}
        for key, row in ((_own(row), row) for row in numbers):
            if key in taken.here or (key in exact and self._scratch.holder(key)):
                return [(names[row.kind], "identifier_known")]
            if key in taken.refused:
                return [(names[row.kind], taken.refused[key])]
        return []


def _number(actor: Actor, charts: Sequence[Patient]) -> None:
    """Those that kept theirs first: the series goes on after them."""
    kept = [chart.mrn for chart in charts if chart.mrn]
    if kept:
        mrns.go_on_after(actor.hospital_id, kept)
    without = [chart for chart in charts if not chart.mrn]
    given = mrns.new(actor.hospital_id, len(without)) if without else []
    for chart, mrn in zip(without, given, strict=True):
        chart.mrn = mrn
