"""What happened, who did it, and who looked: tables that nobody can change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.guards import AppendOnly
from hospital.kit.ids import uuid7


class AuditEvent(models.Model):
    """One act, look or refusal: who, as what, where from, on what, with which outcome. No values."""

    resource_name = "hospital.audit"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("when"), default=clock.now)

    user_id = models.UUIDField(_("who"), null=True)
    actor_kind = models.CharField(max_length=8)
    roles = models.CharField(_("as"), max_length=120, blank=True)
    hospital_id = models.UUIDField(null=True)
    door = models.CharField(max_length=8)
    token_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    ip = models.GenericIPAddressField(null=True)

    act = models.CharField(_("what"), max_length=80)
    outcome = models.CharField(max_length=8, default="ok")
    resource = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    changed = models.JSONField(default=list)
    version = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    forced = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        constraints = [AppendOnly(name="audit_event_append_only")]
        indexes = [
            models.Index(fields=["hospital_id", "-id"], name="audit_by_hospital"),
            models.Index(fields=["user_id", "-id"], name="audit_by_user"),
            models.Index(fields=["patient_id", "-id"], name="audit_by_patient"),
            models.Index(fields=["object_id", "-id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.outcome}"


class AuditPatient(models.Model):
    """One patient shown by a look at many."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Written together with its event, which nobody can delete: the database need not look again.
    event = models.ForeignKey(
        AuditEvent, on_delete=models.DO_NOTHING, related_name="patients", db_constraint=False
    )
    patient_id = models.UUIDField()

    class Meta:
        constraints = [AppendOnly(name="audit_patient_append_only")]
        indexes = [models.Index(fields=["patient_id", "-id"], name="audit_patient_by_patient")]

    def __str__(self) -> str:
        return str(self.event_id)


class AuditSeal(models.Model):
    """One link of the hash chain over the events, in the order of sealing."""

    sequence = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.DO_NOTHING, related_name="seal")
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [AppendOnly(name="audit_seal_append_only")]

    def __str__(self) -> str:
        return str(self.sequence)
