"""The statuses of the API as the schema tells them: which operation may answer what, and why."""

from http import HTTPStatus
from typing import Any

from .renderers import PROBLEM

ALWAYS = (401, 429, 503)
OF_BODIES = (413, 415)
STATUSES: dict[str, tuple[int, ...]] = {
    "list": (200, 400, 403),
    "retrieve": (200, 304, 400, 403, 404),
    "create": (201, 400, 403, 409, *OF_BODIES, 422),
    "update": (200, 400, 403, 404, 409, 412, *OF_BODIES, 428),
    "partial_update": (200, 400, 403, 404, 409, 412, *OF_BODIES, 428),
    "destroy": (204, 400, 403, 404, 409, 412, *OF_BODIES),
    "restore": (200, 400, 403, 404, 409, 412, *OF_BODIES, 422),
}
REASONS = {
    308: "This goes by another id now: `Location` is where it is.",
    304: "You have this version already.",
    400: "Something sent is wrong: `errors` names each field or parameter with a code and a sentence.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token may not do this; the sentence names the missing permission.",
    404: "Not there, or not visible to this token: the two are never told apart.",
    405: "This address does not take this method; `Allow` lists those it takes.",
    409: "The state of things forbids it; `links` name what stands in the way.",
    412: "Somebody else changed the record; `current_version` is the one to read and repeat with.",
    413: "The body is larger than 1 MB.",
    415: "The body is not application/json.",
    422: "This Idempotency-Key was used for a different request.",
    428: "Say which version you are changing; the sentence gives the header to send.",
    429: "Too many requests.",
    503: "Busy, and nothing was saved: send the same request again.",
}
RESPONSE_HEADERS = {
    "ETag": "The record's version in quotes, to send back as If-Match.",
    "Location": "The address of the record.",
    "Link": 'The next page, as <address>; rel="next". Absent on the last page.',
    "Idempotent-Replay": "true when this key was used before: nothing was done again.",
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "How to sign in.",
}
HEADERS_SENT: dict[str, tuple[str, str, bool]] = {
    "Idempotency-Key": (
        "Any text of yours that names this one request. Sent again, it has no second effect. Kept 7 days.",
        "^[!-~]{1,255}$",
        False,
    ),
    "If-Match": (
        'The version you have seen, as its ETag: `"3"`; PUT and PATCH need it, or `version` in the body. '  # noqa: ISC004
        "`*` overwrites whatever is there, and is booked as forced.",
        r'^(\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$',
        False,
    ),
    "If-None-Match": ("An ETag you hold: 304 when it is still current.", "", False),
    "X-Reason": (
        "Why, in at most 200 characters; kept with the record. Please say it.",
        r"^[ -~]{1,200}$",
        False,
    ),
}
PARAMETERS: dict[str, tuple[dict[str, Any], str]] = {
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
        "How many records a page has.",
    ),
    "cursor": (
        {"type": "string", "minLength": 1},
        "The place to go on from, as in `next`; never made by hand.",
    ),
    "count": ({"type": "boolean"}, "Also count: exactly up to 10,000, `count_is_exact` tells."),
    "updated_since": (
        {"type": "string", "format": "date-time"},
        "Only records changed at this moment or later.",
    ),
    "include_retired": ({"type": "boolean"}, "Retired records too."),
    "external_id": ({"type": "string", "minLength": 1}, "The record your system knows by this id."),
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457). `code` is for programs and never changes; the sentences are for people.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": 'By field or parameter; "" is the whole record.',
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "detail"],
                    "properties": {"code": {"type": "string"}, "detail": {"type": "string"}},
                },
            },
        },
        "links": {
            "type": "array",
            "description": "The records that stand in the way.",
            "items": {
                "type": "object",
                "required": ["resource", "id", "label", "href"],
                "properties": {
                    "resource": {"type": "string"},
                    "id": {"type": "string", "format": "uuid"},
                    "label": {"type": "string"},
                    "href": {"type": ["string", "null"]},
                },
            },
        },
        "conflicts": {
            "type": "array",
            "description": "With `time_conflict`: everything that stands against the time.",
            "items": {
                "type": "object",
                "required": ["code", "detail", "resource_id"],
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "resource_id": {
                        "type": ["string", "null"],
                        "format": "uuid",
                        "description": "The doctor, room or device it is about.",
                    },
                },
            },
        },
        "free": {
            "type": "array",
            "description": "With `time_conflict`: the next times that can be booked, as in `/availability`.",
            "items": {"type": "object"},
        },
        "missing": {
            "type": "array",
            "description": "With `price_missing`: everything that has no price on that day.",
            "items": {
                "type": "object",
                "required": ["kind", "item_id", "name"],
                "properties": {
                    "kind": {"type": "string"},
                    "item_id": {"type": "string", "format": "uuid"},
                    "name": {"type": "string"},
                },
            },
        },
        "current_version": {
            "type": "integer",
            "description": "With 412: the version there is now.",
        },
        "request_id": {
            "type": "string",
            "description": "With 500: what to quote when reporting it.",
        },
    },
}
EXTERNAL_IDS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["source_id", "value"],
        "properties": {
            "source_id": {
                "type": "string",
                "format": "uuid",
                "description": "The account of the system it is from.",
            },
            "value": {"type": "string"},
        },
    },
}
PARTIAL_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
WALL_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
_HEADERS_OF = {
    308: ["Location"],
    401: ["WWW-Authenticate"],
    409: ["Location"],
    412: ["ETag"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}


def statuses_of(view: Any, method: str) -> list[int]:
    """Every status this operation may answer, in order."""
    action = getattr(view, "action", None) or method.lower()
    known = getattr(view, "statuses", {}) | {}
    return sorted({*(known.get(action) or STATUSES.get(action, (200, 400))), *ALWAYS})


def success(view: Any, method: str, status: int, made: dict[str, Any]) -> dict[str, Any]:
    """A good answer: its headers, and for a list the page around its records."""
    action = getattr(view, "action", None) or method.lower()
    is_list = action == "list" or action in getattr(view, "lists", ())
    said = {
        "description": HTTPStatus(status).phrase,
        **{key: made[key] for key in made if key != "description"},
    }
    names = {200: ["ETag"], 201: ["ETag", "Location"]}.get(status, [])
    if is_list or action == "get":
        names = ["Link"] if action == "list" else []
    elif method == "POST":
        names = [*names, "Idempotent-Replay"]
    if names:
        said["headers"] = _headers(names)
    for media in said.get("content", {}).values():
        media["schema"] = _page(media["schema"]) if is_list else media["schema"]
        if more := getattr(view, "said_beside", {}).get(action):
            media["schema"] = {"allOf": [media["schema"], {"type": "object", "properties": more}]}
    return said


def reference(status: int) -> dict[str, str]:
    """A pointer to the shared description of a refusal."""
    return {"$ref": f"#/components/responses/{_name(status)}"}


def shared() -> dict[str, Any]:
    """The refusals, described once."""
    return {_name(status): _refusal(status, said) for status, said in REASONS.items()}


def _refusal(status: int, said: str) -> dict[str, Any]:
    described: dict[str, Any] = {"description": said}
    if status == 304:
        return described | {"headers": _headers(["ETag"])}
    if status in _HEADERS_OF:
        described["headers"] = _headers(_HEADERS_OF[status])
    described["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return described


def _page(schema: dict[str, Any]) -> dict[str, Any]:
    items = schema if schema.get("type") == "array" else {"type": "array", "items": schema}
    return {
        "type": "object",
        "required": ["results", "next"],
        "properties": {
            "results": items,
            "next": {
                "type": ["string", "null"],
                "description": "Where to go on; null on the last page.",
            },
            "count": {"type": "integer", "description": "With count=true."},
            "count_is_exact": {
                "type": "boolean",
                "description": "false when there are more than 10,000.",
            },
        },
    }


def _headers(names: list[str]) -> dict[str, Any]:
    return {
        name: {"description": RESPONSE_HEADERS[name], "schema": {"type": "string"}}
        for name in names
    }


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.title().replace(" ", "")
