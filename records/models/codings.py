"""Model fields for codes of classifications (``records.codings``)."""

from typing import Any

from hospital.kit.fields import NormalField
from records import codings


class AtcField(NormalField):
    """The WHO's ATC code of a substance or group of substances, in capitals; ``atc_invalid`` when it is none."""

    refusal_code = "atc_invalid"
    length = 7

    def normal(self, value: Any) -> str:
        text = str(value).strip()
        return codings.atc(text) if text else ""
