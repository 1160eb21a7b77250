"""Every code this app may answer with: code, HTTP status, sentence for a person."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import Code

CODES = [
    Code("price_missing", 409, _(
        "There is no price on %(day)s for: %(names)s. Ask whoever keeps the catalogue to enter one."
    )),
]  # fmt: skip
