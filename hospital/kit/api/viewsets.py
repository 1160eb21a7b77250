"""The base viewset: lists and single records read as rows, written through the acts."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.functional import classproperty
from rest_framework.viewsets import ViewSetMixin

from hospital.kit import audit, clock, keyset, policy
from hospital.kit.errors import Denied, NotVisible

from . import parameters, preconditions, questions
from .renderers import answer
from .rows import Rows
from .serializers import RecordSerializer
from .views import ApiView

COUNTED_TO = 10_000
# What a cursor is not bound to: how much is read of the same list.
FREE_OF_CURSOR = {"cursor", "limit", "count"}
UNFILTERED = FREE_OF_CURSOR | {"ordering"}


class ReadViewSet(ViewSetMixin, ApiView):
    """GET of a list and of one record, both by rows.

    A subclass names its `topic`, which is its address, its `serializer_class`, its `orderings` (word ->
    keyset order) and which of them is the default, and a `filterset_class` when it has filters of its own.
    """

    topic: ClassVar[str]
    # Further names for the same address that integrators may expect.
    also: ClassVar[Sequence[str]] = ()
    serializer_class: type[RecordSerializer]
    filterset_class: Any = None
    orderings: ClassVar[dict[str, Sequence[str]]] = {
        "id": ("id",),
        "-id": ("-id",),
        "updated_at": ("updated_at", "id"),
        "-updated_at": ("-updated_at", "-id"),
    }
    default_ordering = "id"
    # The answer's field that holds a patient's id, when a look at these records is a look at patients.
    patient_field = ""
    actions_of_policy: ClassVar[dict[str, str]] = {
        "list": "list", "retrieve": "read", "create": "create", "update": "update",
        "partial_update": "update", "destroy": "retire", "restore": "restore",
    }  # fmt: skip
    # Whether what is shown also follows the calendar: then the same version may be shown differently tomorrow.
    changes_by_day: ClassVar[bool] = False
    object_id: UUID | None = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        is_act = self.action is not None and request.method != "OPTIONS"
        if is_act and not self.permission:
            word = self.actions_of_policy.get(self.action, self.action)
            self.permission = f"{self.resource}.{word}"
        super().initial(request, *args, **kwargs)
        if is_act:
            policy.require(self.actor, self.permission)
            parameters.refuse_unknown(request, self.parameters())
            if "pk" in kwargs:
                self.object_id = _uuid(kwargs["pk"])

    # ---- actions

    def list(self, request: Any) -> HttpResponse:
        """The records there are, a page at a time."""
        order, limit = self.order(), keyset.limit_of(request.query_params.get("limit"))
        reader = Rows(self.serializer_class, self.context())
        place: dict[str, Any] = {
            "cursor": request.query_params.get("cursor"),
            "bound_to": (self.actor.hospital_id, *self._filters()),
        }
        if UNFILTERED.issuperset(request.query_params):
            found = questions.page(
                self.serializer_class, self.actor, order=order, limit=limit, **place
            )
        else:
            names = (name.removeprefix("-") for name in order)
            rows = reader.values(self.filtered(self.visible()), *names)
            found = keyset.page(rows, order=order, limit=limit, **place)
        body: dict[str, Any] = {"results": reader.shown(found.rows), "next": self._next(found.next)}
        if parameters.flag(request, "count"):
            body |= _counted(self.filtered(self.visible()))
        self.looked(body["results"])
        return answer(
            body, headers={"Link": f'<{body["next"]}>; rel="next"'} if found.next else None
        )

    def retrieve(self, request: Any, pk: str) -> HttpResponse:
        """One record, with its version as the ETag."""
        row = self.row(with_retired=parameters.flag(request, "include_retired"))
        if row is None:
            self.model.objects.lead_on(self.actor, self.object_id)
            raise NotVisible
        self.looked([row], object_id=self.object_id)
        version: Any = self.version_of(row)
        headers = {"ETag": preconditions.etag(version)}
        if not self.changes_by_day and preconditions.is_current(request, version):
            return HttpResponseNotModified(headers=headers)
        return answer(row, headers=headers)

    # ---- what they stand on

    @classproperty
    def model(cls) -> Any:  # noqa: N805
        return cls.serializer_class.Meta.model

    @property
    def resource(self) -> str:
        return self.model.resource

    def get_queryset(self) -> QuerySet:
        """Every record, for the schema alone; requests go through `visible`."""
        return self.model.objects.all()

    def get_serializer_class(self) -> Any:
        return self.serializer_class

    def get_serializer(self, *args: Any, **options: Any) -> Any:
        return self.serializer_class(*args, **options)

    def context(self, **more: Any) -> dict[str, Any]:
        """What serializers and rows are told."""
        return {"actor": self.actor, "request": self.request, "view": self, **more}

    def visible(self) -> Any:
        """The records the caller reaches with this permission, retired ones included."""
        action = self.permission.rsplit(".", 1)[1]
        return self.model.objects.visible_to(self.actor, action).on_day(clock.today())

    def row(self, *, with_retired: bool = False) -> dict[str, Any] | None:
        """The record of this URL as the API shows it, or None."""
        rows = questions.one(
            self.serializer_class, self.actor, self.object_id, with_retired=with_retired
        )
        found = Rows(self.serializer_class, self.context()).shown(rows)
        return found[0] if found else None

    def version_of(self, row: dict[str, Any]) -> int | None:
        """The version of a record that is shown as `row`; None when that is not told."""
        return row.get("version")

    def record(self, *, with_retired: bool = False) -> Any:
        """The record of this URL, to be changed. NotVisible, or Denied when it may be read only."""
        rows = self.visible().filter(pk=self.object_id)
        found = (rows if with_retired else rows.live()).first()
        if found is None:
            self.model.objects.lead_on(self.actor, self.object_id)
            raise Denied(self.permission) if self.row(with_retired=with_retired) else NotVisible
        return found

    def looked(
        self,
        rows: Sequence[dict[str, Any]],
        *,
        object_id: UUID | None = None,
        action: str = "",
        detail: str = "",
    ) -> None:
        """Book that these patients were shown, before the answer leaves; a row may be about nobody yet."""
        if not self.patient_field:
            return
        seen = [pk for row in rows for pk in self.patients_of(row) if pk]
        word = f"{self.resource}.{action}" if action else self.permission
        audit.looked(self.actor, word, object_id=object_id, patient_ids=seen, detail=detail)

    def patients_of(self, row: dict[str, Any]) -> Sequence[UUID]:
        """The patients of a record that is shown as `row`."""
        return [row[self.patient_field]]

    # ---- parameters

    def parameters(self) -> Sequence[str]:
        """The query parameters this action reads."""
        if self.action == "list":
            return [*parameters.OF_LISTS, *self._filter_names()]
        return parameters.OF_ONE if self.action == "retrieve" else ()

    def filtered(self, queryset: Any) -> QuerySet:
        """`queryset` narrowed to what the query parameters ask for."""
        if not parameters.flag(self.request, "include_retired"):
            queryset = queryset.live()
        if since := parameters.moment(self.request, "updated_since"):
            queryset = self.changed_since(queryset, since)
        if value := parameters.text(self.request, "external_id"):
            external = apps.get_model("hospital", "ExternalId").objects
            queryset = queryset.filter(pk=external.find(self.actor, self.resource, value))
        if self.filterset_class is None:
            return queryset
        filters = self.filterset_class(self.request.query_params, queryset, request=self.request)
        if not filters.is_valid():
            raise parameters.of_form(filters.form)
        return filters.qs

    def changed_since(self, queryset: QuerySet, since: Any) -> QuerySet:
        """The rows changed at `since` or later."""
        return queryset.filter(updated_at__gte=since)

    def order(self) -> Sequence[str]:
        """The keyset order asked for."""
        asked = self.request.query_params.get("ordering")
        default = (
            "updated_at" if "updated_since" in self.request.query_params else self.default_ordering
        )
        if (word := asked or default) not in self.orderings:
            raise parameters.refused("ordering", "invalid_choice")
        return self.orderings[word]

    def _filter_names(self) -> Iterable[str]:
        return self.filterset_class.base_filters if self.filterset_class else ()

    def _filters(self) -> Sequence[str]:
        sent = self.request.query_params
        return sorted(f"{name}={sent[name]}" for name in sent if name not in FREE_OF_CURSOR)

    def _next(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


def _counted(queryset: QuerySet) -> dict[str, Any]:
    """How many there are, counted to 10,000 and no further: counting more is what makes lists slow."""
    found = queryset.order_by().values("pk")[: COUNTED_TO + 1].count()
    return {"count": min(found, COUNTED_TO), "count_is_exact": found <= COUNTED_TO}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotVisible from None
