"""How this app's acts are told in a history."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.web import histories


def register() -> None:
    histories.say("hospital.user.create", _("made the account"))
    histories.say("hospital.membership.create", _("gave a role"))
    histories.say("hospital.membership.retire", _("took a role away"))
    histories.say("hospital.membership.restore", _("gave a role back"))
    histories.say("hospital.invitation.issue", _("made an invitation"))
    histories.say("hospital.invitation.use", _("chose a password"))
