"""Pages of wards."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.values import heading
from hospital.models import Bed, Ward

from .beds import ManyBedsForm

BED_COLUMNS = ("label", "kind", "sex_policy", "is_isolation")
# So many beds stand on a ward's page; all of them are a list of their own.
SHOWN = 100


class WardForm(RecordForm):
    class Meta:
        model = Ward
        fields = ("department", "code", "name", "floor", "phone")


class WardPages(RecordPages):
    """Wards, which one may look at by department; each with its beds."""

    topic = "wards"
    form_class = WardForm
    columns = ("name", "code", "department", "floor", "phone")
    filters = ("department",)
    icon, group, order = "bed", _("Hospital"), 61

    def more(self, record: Ward) -> dict[str, Any]:
        rows: Any = Bed.objects.visible_to(self.actor, "list")
        beds = list(rows.live().filter(ward=record).order_by("sort_key", "id")[: SHOWN + 1])
        shown = {
            "beds": beds[:SHOWN],
            "has_more_beds": len(beds) > SHOWN,
            "beds_url": f"{reverse('hospital:bed-list')}?ward={record.pk}",
            "bed_columns": [
                {"label": heading(Bed, name), "is_wide_only": name == "is_isolation"}
                for name in BED_COLUMNS
            ],
        }
        if record.is_retired or not policy.allows(self.actor, "hospital.bed.create"):
            return shown
        return shown | {
            "add_bed_url": f"{reverse('hospital:bed-create')}?ward={record.pk}",
            "many_beds": ManyBedsForm.within(self.actor, record),
        }
