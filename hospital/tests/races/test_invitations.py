"""Several people have one link: one of them chooses the password, the others are told that it lets nobody in."""

import pytest

from hospital.kit.acts import in_transaction
from hospital.kit.errors import NotVisible
from hospital.kit.racing import line_up
from hospital.models import AuditEvent, Invitation, User
from hospital.services import invitations
from hospital.tests.factories import HospitalFactory, employ

from .harness import once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS, PEOPLE = 10, 4


def prepare():
    hospital, keys = HospitalFactory(), []
    for _ in range(ROUNDS):
        invitation = Invitation(user=employ("nurse", hospital))
        keys.append(invitation.draw_key())
        invitation.save()
    return keys


def use(number, keys):
    """Link after link, all have opened its page before any sends; whether each was let in."""
    let_in = []
    for key in keys:
        found = invitations.open_for(key)
        found.user.password = f"of {number}"
        guest = invitations.guest(found)
        line_up()
        try:
            in_transaction(lambda: invitations.use(guest, invitation=found))  # noqa: B023
            let_in.append(True)
        except NotVisible:
            let_in.append(False)
    return let_in


def use_naively(number, keys):
    """Look whether the link is still good, then save and spend it."""
    let_in = []
    for key in keys:
        found = invitations.open_for(key)
        is_good = Invitation.objects.usable().filter(pk=found.pk).exists()
        line_up()
        if is_good:
            User.objects.filter(pk=found.user_id).update(password=f"of {number}")
            Invitation.objects.filter(pk=found.pk).delete()
        let_in.append(is_good)
    return let_in


def left_over():
    return Invitation.objects.count(), AuditEvent.objects.filter(act=invitations.USE).count()


def test_a_link_lets_one_in(race, count):
    keys = once(race, prepare)
    answers = race(use, [(number, keys) for number in range(PEOPLE)])
    assert [sum(tries) for tries in zip(*answers, strict=True)] == [1] * ROUNDS
    assert once(race, left_over) == (0, ROUNDS)
    count("links used by several at once", ROUNDS)


def test_the_naive_way_lets_several_in(race):
    keys = once(race, prepare)
    answers = race(use_naively, [(number, keys) for number in range(PEOPLE)])
    assert max(sum(tries) for tries in zip(*answers, strict=True)) > 1
