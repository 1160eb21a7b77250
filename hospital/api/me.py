"""Who a token is."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from hospital.kit.api import parameters
from hospital.kit.api.renderers import answer
from hospital.kit.api.views import ApiView
from hospital.models import ApiToken


class MeHospitalSerializer(serializers.Serializer):
    """The hospital a token is bound to."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField()


class MeSerializer(serializers.Serializer):
    """A token as seen by itself."""

    user_id = serializers.UUIDField(help_text="The account the token acts as.")
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    hospital = MeHospitalSerializer(allow_null=True, help_text="null for a platform token.")
    token_id = serializers.UUIDField()
    label = serializers.CharField(help_text="What the token is for.")  # type: ignore[assignment]
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class MeView(ApiView):
    """The token that asks."""

    # Not asked of the policy: a token may always know what it is, whatever its scopes.
    permission = "hospital.me.read"
    serializer_class = MeSerializer

    def get(self, request: Any) -> HttpResponse:
        """Who this token is, where, and what it may do."""
        parameters.refuse_unknown(request, [])
        token = ApiToken.objects.select_related("hospital").get(pk=request.auth)
        return answer(
            {
                "user_id": self.actor.user_id,
                "name": self.actor.name,
                "roles": sorted(self.actor.roles),
                "hospital": _hospital(token),
                "token_id": token.pk,
                "label": token.label,
                "scopes": sorted(token.scopes),
                "expires_at": MeSerializer()
                .fields["expires_at"]
                .to_representation(token.expires_at),
            }
        )


def _hospital(token: ApiToken) -> dict[str, Any] | None:
    here = token.hospital
    if here is None:
        return None
    return {"id": here.pk, "code": here.code, "name": here.name, "time_zone": here.time_zone}
