"""If-Match, If-None-Match and the version in the body: which version the caller has seen."""

import re
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from hospital.kit import codes
from hospital.kit.errors import Refusal, StaleError

# Whatever quotes there are round: a tag that was never one of ours is stale, not malformed.
ONE = r'(?:W/)?"[!#-~]*"'
TAGS = re.compile(rf"{ONE}(?:[ \t]*,[ \t]*{ONE})*\Z")
VERSION = re.compile(r'(?:W/)?"(\d{1,10})"')


@dataclass(frozen=True)
class Seen:
    """`version` is the one the caller saw, None when it does not matter; `forced` when it said so."""

    version: int | None = None
    forced: bool = False


def etag(version: int) -> str:
    """The entity tag of a version: `"3"`."""
    return f'"{version}"'


def required(request: Any, record: Any) -> Seen:
    """What a write on `record` is based on; 428 naming the header to send when the caller does not say.

    StaleError when If-Match names other versions only, `if_match_invalid` when it is no If-Match.
    """
    seen = optional(request, record)
    if seen.version is None and not seen.forced:
        raise Refusal("version_required", etag=etag(record.version))
    return seen


def optional(request: Any, record: Any) -> Seen:
    """As `required`, where the caller need not say."""
    if sent := request.headers.get("If-Match", "").strip():
        return _matched(sent, record)
    if isinstance(request.data, dict) and "version" in request.data:
        return Seen(_version_in(request.data))
    return Seen()


def is_current(request: Any, version: int) -> bool:
    """Whether If-None-Match says that the caller has this version already."""
    sent = request.headers.get("If-None-Match", "")
    return sent.strip() == "*" or str(version) in VERSION.findall(sent)


def _matched(sent: str, record: Any) -> Seen:
    if sent == "*":
        return Seen(forced=True)
    if not TAGS.match(sent):
        raise Refusal("if_match_invalid")
    if str(record.version) not in VERSION.findall(sent):
        raise StaleError(record)
    return Seen(record.version)


def _version_in(data: dict[str, Any]) -> int:
    version = data["version"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise serializers.ValidationError(
            {"version": serializers.ErrorDetail(codes.sentence("invalid"), "invalid")}
        )
    return version
