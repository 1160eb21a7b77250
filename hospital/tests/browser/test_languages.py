"""In a language nobody speaks, a third longer and from right to left: no word is left out, nothing spills over."""

import re
from typing import Any

import pytest
from django.utils import translation

from billing.tests.factories import EstimateFactory
from hospital.tests.browser.faults import faults_of
from hospital.tests.browser.walking import pages
from hospital.tests.factories import (
    BedFactory,
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    WardFactory,
)
from records.tests.encounter_factories import (
    DiagnosisFactory,
    InPatientFactory,
    ObservationFactory,
    OutPatientFactory,
    TaskFactory,
    TreatmentFactory,
)
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
    ProcedurePriceFactory,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(900),
]
MARK = "⟦"
LETTERS = str.maketrans("aceinosuyzACEINOSUYZ", "àçéîñöšûýžÀÇÉÎÑÖŠÛÝŽ")
# What a translator leaves as it is.
FIXED = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{[^}]*\}|<[^>]+>|&[#\w]+;)")
# Names, numbers and codes stand in <bdi> and the like; "Openward" is called so everywhere.
UNTRANSLATED = """() => {
  const data = "bdi, kbd, code, time, script, style, svg, option, textarea, .brand, .avatar, [data-keys]";
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const is_foreign = (text) => /\\p{L}{2}/u.test(text) && !/[\\u27e6\\u27e7]/.test(text);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(data) || !is_foreign(node.data)) continue;
    const whole = node.parentElement.textContent;
    if (!/\\u27e6/.test(whole)) found.push(node.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) {
      if (!one.closest(data) && is_foreign(one.getAttribute(name))) found.push(`${name}=${one.getAttribute(name)}`);
    }
  }
  return [...new Set(found)];
}"""


def pseudo(text: str) -> str:
    """The text as a translation would change it: every letter marked, a third longer, wrapped."""
    if not text:
        return text
    parts = FIXED.split(text)
    words = [part if number % 2 else part.translate(LETTERS) for number, part in enumerate(parts)]
    longer = " ".join(["öñé"] * (len(text) // 12 + 1))
    return f"{MARK}{''.join(words)} {longer}⟧"


@pytest.fixture
def nobodys_language(settings: Any, monkeypatch: Any) -> None:
    """Every text that is marked for translation comes out as ``pseudo`` of it, in Arabic's direction."""
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    real, speaks = translation._trans, translation.get_language

    def marked(name: str, text: Any) -> None:
        original = getattr(real, name)
        monkeypatch.setattr(
            real, name,
            lambda *words: pseudo(text(*words)) if speaks() == "ar" else original(*words),
        )  # fmt: skip

    marked("gettext", lambda message: message)
    marked("pgettext", lambda _context, message: message)
    marked("ngettext", lambda one, many, number: one if number == 1 else many)
    marked("npgettext", lambda _context, one, many, number: one if number == 1 else many)


@pytest.fixture
def here() -> Any:
    hospital = HospitalFactory(name="St Brigid's", language="ar")
    department = DepartmentFactory(hospital=hospital)
    bed = BedFactory(hospital=hospital, ward=WardFactory(hospital=hospital, department=department))
    ClinicFactory(hospital=hospital, department=department)
    DoctorFactory(hospital=hospital, department=department)
    patient = PatientFactory(at=hospital, is_deceased=True)
    IdentifierFactory(patient=patient)
    ContactFactory(patient=patient)
    TaskFactory(encounter=InPatientFactory(bed=bed))
    visit = OutPatientFactory(hospital=hospital, patient=patient)
    of_visit = {"hospital": hospital, "patient": patient, "encounter": visit}
    DiagnosisFactory(**of_visit, is_main=True)
    ObservationFactory(**of_visit, interpretation="H")
    treatment = TreatmentFactory(encounter=visit, hospital=hospital, consent="given")
    ProcedurePriceFactory(procedure=treatment.procedure)
    EstimateFactory(treatment=treatment)
    return hospital


def test_a_text_keeps_its_gaps_and_grows():
    assert pseudo("Retire %(name)s?") == "⟦Rétîré %(name)s? öñé öñé⟧"


@pytest.mark.parametrize("role", ["receptionist", "doctor", "administrator"])
def test_no_page_has_a_word_that_cannot_be_translated(enter, here, nobodys_language, role, count):
    page = enter(role, here)
    found, looked_at = [], 0
    for path, status, _ in pages(page, but=("/admin/", "/styleguide/")):
        looked_at += 1
        page.goto(path)
        assert page.locator("html").get_attribute("dir") == "rtl", path
        found += [f"{path}: {text}" for text in page.evaluate(UNTRANSLATED)]
        found += faults_of(page, thorough=False)
        assert status == 200, path
    count("pages read in nobody's language", looked_at)
    assert looked_at > 8
    assert not found, "\n".join(found)
