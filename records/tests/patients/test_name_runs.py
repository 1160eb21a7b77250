"""What one writes as one word another writes as several: either finds the other."""

import pytest

from hospital.tests.factories import HospitalFactory, actor
from records import likeness, nameruns
from records.models import Patient
from records.services import alike_many, finding, matching
from records.services.alike import facts_of
from records.tests.factories import PatientFactory

SPELLINGS = [
    (("van Dijk", "Jan"), ("Vandijk", "Jan")),
    (("O'Brien", "Mary"), ("OBrien", "Mary")),
    (("Mc Donald", "Mary"), ("McDonald", "Mary")),
    (("Huber", "Hans-Peter"), ("Huber", "Hanspeter")),
    (("Huber", "Anna Maria"), ("Huber", "Annamaria")),
    (("de la Cruz", "Ana"), ("Delacruz", "Ana")),
    (("van der Berg", "Jan"), ("Vanderberg", "Jan")),
    (("al-Hassan", "Omar"), ("Alhassan", "Omar")),
    (("Huber", "Marie Luise"), ("Huber", "Marieluise")),
    (("عبد الله", "عمر"), ("عبدالله", "عمر")),
    (("Li", "Xiao Ming"), ("Li", "Xiaoming")),
    (("Müller-Lüdenscheidt", "Eva"), ("Müllerlüdenscheidt", "Eva")),
]
BOTH = [*SPELLINGS, *(pair[::-1] for pair in SPELLINGS)]


@pytest.fixture
def here():
    return HospitalFactory()


def test_what_may_be_written_together():
    assert nameruns.together("van der Berg") == {"vander", "vanderberg", "derberg"}
    assert nameruns.together("O'Brien") == {"obrien"}
    assert nameruns.together("Müller-Lüdenscheidt") == {"mullerludenscheidt"}
    assert nameruns.together("Garcia Lopez") == nameruns.together("") == set()


def test_neighbours_are_one_word_to_who_has_that_word():
    assert nameruns.as_in(("jan", "van", "dijk"), ("jan", "vandijk")) == ("jan", "vandijk")
    assert nameruns.as_in(("van", "der", "berg"), ("vanderberg",)) == ("vanderberg",)
    assert nameruns.as_in(("jan", "van", "dijk"), ("jan", "vandyk")) == ("jan", "van", "dijk")


@pytest.mark.django_db
@pytest.mark.parametrize(("stored", "typed"), BOTH)
def test_search_finds_either_by_the_other(here, stored, typed):
    wanted = PatientFactory(at=here, family_name=stored[0], given_names=stored[1])
    PatientFactory(at=here, family_name="Nowak", given_names="Piotr")
    family, given = typed
    words = [f"{given} {family}", f"{family}, {given}", f"{family} {given}"]
    alone = family if family != stored[0] else given
    for text in (*words, alone, f"{alone} {'xyzzy'}"):
        assert finding.find(actor("receptionist", here), text).everybody == [wanted.pk], text


@pytest.mark.django_db
def test_a_beginning_of_the_whole_word_is_enough(here):
    wanted = PatientFactory(at=here, family_name="van Dijk", given_names="Jan")
    for text in ("vandi", "jan vandi", "vandij ja"):
        assert finding.exactly(actor("receptionist", here), text).patient_ids == [wanted.pk], text


@pytest.mark.django_db
def test_a_beginning_in_several_words_is_enough_for_who_has_one(here):
    wanted = PatientFactory(at=here, family_name="McDonald", given_names="Mary")
    PatientFactory(at=here, family_name="Macdougal", given_names="Marc")
    for text in ("mc don", "mary mc don", "mc don mary"):
        assert finding.find(actor("receptionist", here), text).everybody[:1] == [wanted.pk], text


@pytest.mark.django_db
@pytest.mark.parametrize(("stored", "typed"), BOTH)
def test_who_is_registered_again_is_recognised_without_any_other_sameness(here, stored, typed):
    born = {"birth_date": "1970-05-01"}
    wanted = PatientFactory(at=here, family_name=stored[0], given_names=stored[1], **born)
    again = Patient(
        family_name=typed[0], given_names=typed[1], birth_date="1970-05-11", sex=wanted.sex
    )
    [found] = matching.likely_here(desk := actor("receptionist", here), again)
    assert (found.patient, found.agrees) == (wanted, ["name", "similar_birth_date"])
    person = facts_of(again)
    [known] = alike_many.charts(desk, [person], alike_many.like_words([person]))
    assert alike_many.likest(person, known).patient_id == wanted.pk


def test_words_written_together_weigh_as_words():
    one, other = ("jan", "van", "dijk"), ("vandijk", "jan")
    assert likeness._names(one, other) == 2 * likeness._WORD[likeness.SAME]
    assert likeness._names(one, ("vandijk", "piet")) < likeness._WORD[likeness.SAME]
