"""The API described in OpenAPI 3.1, from the same tables that read its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from geo.suggesting import CONDITIONS
from webapp.api.fields import FORMS
from webapp.api.parameters import COVERAGE, STATISTICS, SUGGESTIONS, Parameter

_PROBLEM: Final = {
    "description": "A fault, in the reader's language (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe_api() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "welfaremap",
            "version": "1",
            "description": "Minutes are walking minutes; null is unknown; * is a hidden count.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": _paths(),
        "components": {"schemas": _schemas(), "securitySchemes": _schemes()},
    }


def _paths() -> dict[str, Any]:
    return {
        "/api/v1/households/{id}/suggestions": {"get": _suggestions()},
        "/api/v1/households/search": {"post": _search()},
        "/api/v1/coverage": {"get": _coverage()},
        "/api/v1/statistics": {"get": _statistics()},
        "/api/v1/map/{layer}": {"get": _layer(staff=False)},
        "/api/v1/staff/map/{layer}": {"get": _layer(staff=True)},
        **_records(),
        "/api/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This description.",
                "responses": _responses(_json({"type": "object"}), 401, 429),
            }
        },
    }


def _suggestions() -> dict[str, Any]:
    answer = _json({"$ref": "#/components/schemas/Suggestions"})
    return {
        "operationId": "suggestions",
        "summary": "The supporters to ask for one household, with reasons and refusals.",
        "parameters": [_in_path("id", "Household id."), *map(_in_query, SUGGESTIONS)],
        "responses": _responses(answer, 401, 403, 404, 409, 422, 429),
        "security": [{"staff": []}, {"session": []}],
    }


def _search() -> dict[str, Any]:
    body = {"type": "object", "properties": {"text": {"type": "string"}}}
    return {
        "operationId": "search_households",
        "summary": "Households by name, address or id, at most 20.",
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": _responses(_json({"type": "object"}), 400, 401, 403, 409, 413, 429),
        "security": [{"staff": []}, {"session": []}],
    }


def _coverage() -> dict[str, Any]:
    answer = _json({"type": "object"}, "application/geo+json")
    return {
        "operationId": "coverage",
        "summary": "Whom nobody reaches: households for staff, counts by mesh cell for others.",
        "description": (
            "The cells are those of the public map: 250 m, or 500 m or 1 km where smaller ones "
            "would hide nearly every count; `cells` names the size."
        ),
        "parameters": [*map(_in_query, COVERAGE)],
        "responses": _responses(answer, 400, 401, 404, 409, 422, 429),
        "security": [{}, {"staff": []}, {"session": []}],
    }


def _statistics() -> dict[str, Any]:
    count = {"type": ["integer", "string"], "description": "* where hidden"}
    row = {
        "activity": {"type": "string"},
        "consultations": count,
        "coordinations": count,
        "share": {"type": ["number", "string", "null"]},
    }
    answer = {
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "district": {"type": ["string", "null"]},
        "rows": _list(_object(row, list(row))),
        "consultations": count,
        "coordinations": count,
        "published": {"type": "boolean"},
    }
    return {
        "operationId": "statistics",
        "summary": "The programme's table; small counts are hidden from the public.",
        "parameters": [*map(_in_query, STATISTICS)],
        "responses": _responses(_json(_object(answer, list(answer))), 401, 403, 404, 422, 429),
        "security": [{}, {"staff": []}, {"session": []}],
    }


def _layer(*, staff: bool) -> dict[str, Any]:
    security: list[dict[str, list[str]]] = [{"staff": []}, {"session": []}] if staff else [{}]
    refused = (401, 403, 404, 429) if staff else (401, 404, 429)
    return {
        "operationId": "staff_layer" if staff else "public_layer",
        "summary": "A layer of the map as columns, with an ETag.",
        "parameters": [_in_path("layer", "districts, streets, places, mesh …")],
        "responses": _responses(_json({"type": "object"}), *refused),
        "security": security,
    }


_NOUNS: Final = {
    "consultations": "Consultation", "requests": "Request", "offers": "Offer", "visits": "Visit",
}  # fmt: skip

_FAULTS: Final = (400, 401, 403, 404, 409, 413, 422, 429)


def _records() -> dict[str, Any]:
    """The four kinds of records that programs write."""
    paths: dict[str, Any] = {}
    for plural, noun in _NOUNS.items():
        paths[f"/api/v1/{plural}"] = {"post": _add(noun)}
        paths[f"/api/v1/{plural}/{{id}}"] = {"get": _show(noun), "patch": _change(noun)}
    return paths


def _add(noun: str) -> dict[str, Any]:
    written = _json({"$ref": "#/components/schemas/Written"})
    place = {"description": "Address of the record.", "schema": {"type": "string"}}
    return {
        "operationId": f"add_{noun.lower()}",
        "summary": f"A new {noun.lower()} in one's own district.",
        "requestBody": _sent(f"New{noun}"),
        "responses": {"201": written | {"headers": {"Location": place | {"required": True}}}}
        | _problems(*_FAULTS),
        "security": [{"staff": []}, {"session": []}],
    }


def _show(noun: str) -> dict[str, Any]:
    answer = _json({"$ref": f"#/components/schemas/{noun}"})
    return {
        "operationId": f"show_{noun.lower()}",
        "summary": f"One {noun.lower()}; the reading is logged.",
        "parameters": [_in_path("id", "Record id.")],
        "responses": _responses(answer, 401, 403, 404, 429),
        "security": [{"staff": []}, {"session": []}],
    }


def _change(noun: str) -> dict[str, Any]:
    return {
        "operationId": f"change_{noun.lower()}",
        "summary": f"Change the version of a {noun.lower()} that was read.",
        "description": "Where somebody changed it meanwhile: 409, with `mine` and `theirs`.",
        "parameters": [_in_path("id", "Record id.")],
        "requestBody": _sent(f"Change{noun}"),
        "responses": _responses(_json({"$ref": "#/components/schemas/Written"}), *_FAULTS),
        "security": [{"staff": []}, {"session": []}],
    }


def _sent(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"required": True, "content": content}


def _record_schemas() -> dict[str, Any]:
    """What is sent and answered of each kind of record."""
    schemas: dict[str, Any] = {"Written": _object(_BOOKS, required=("id", "version"))}
    for plural, noun in _NOUNS.items():
        form = FORMS[plural]
        for prefix, fields in (("New", form.new()), ("Change", form.change())):
            needed = [one.name for one in fields if one.required and (prefix == "New")]
            sent = _object({one.name: one.schema() for one in fields}, needed or ["version"])
            schemas[f"{prefix}{noun}"] = sent | {"additionalProperties": False}
        seen = {one.name: one.schema() for one in form.new()} | _BOOKS
        schemas[noun] = _object(seen, required=("id", "version"))
    return schemas


_BOOKS: Final[dict[str, Any]] = {
    "id": {"type": "string"},
    "version": {"type": "integer", "minimum": 1},
    "status": {"type": ["string", "null"]},
}


def _object(properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _problems(*statuses: int) -> dict[str, Any]:
    return {str(status): _PROBLEM for status in statuses}


def _responses(answer: dict[str, Any], *statuses: int) -> dict[str, Any]:
    return {"200": answer} | _problems(*statuses)


def _json(schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"description": "The answer.", "content": {kind: {"schema": schema}}}


def _in_path(name: str, meaning: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": meaning,
        "schema": {"type": "string"},
    }


def _in_query(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.meaning,
        "schema": parameter.schema(),
        "explode": False,
    }


def _schemas() -> dict[str, Any]:
    fact = {"type": "object", "required": ["code", "sentence"], "additionalProperties": True}
    person = {"supporter_id": {"type": "string"}, "name": {"type": ["string", "null"]}}
    minutes = {"minutes": {"type": ["number", "null"]}}
    suggestion = (
        person
        | minutes
        | {
            "rank": {"type": "integer"},
            "score": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
            "reasons": _list(fact),
            "ties": _list({"type": "string", "description": "Kinds of line between the two."}),
            "new": {"type": "boolean", "description": "Suitable only without what was dropped."},
            "asked": _asked(),
        }
    )
    refusal = person | minutes | {"refusals": _list(fact)}
    answer = {
        "household_id": {"type": "string"},
        "activity": {"type": "string"},
        "place": {"type": ["string", "null"], "description": "Where the activity leads."},
        "basis": {"type": "string", "enum": ["streets", "straight_line", "phone"]},
        "suggestions": _list({"type": "object", "properties": suggestion}),
        "refused": _list({"type": "object", "properties": refusal}),
        "refused_in_all": {"type": "integer"},
        "suitable_in_all": {"type": "integer"},
        "notes": _list(fact),
        "conditions": _list(_object(_CONDITION, list(_CONDITION))),
        "data_version": {"type": "integer"},
    }
    problem = {name: {"type": "string"} for name in ("type", "title", "detail", "code", "ticket")}
    return {
        "Suggestions": {"type": "object", "properties": answer},
        **_record_schemas(),
        "Problem": {"type": "object", "properties": problem | {"status": {"type": "integer"}}},
    }


def _asked() -> dict[str, Any]:
    counts = {"days": "since the last time", "times": "in 90 days", "declined": "of these"}
    return {
        "type": ["object", "null"],
        "description": "When and how often this one was asked; null = never.",
        "properties": {
            name: {"type": "integer", "description": said} for name, said in counts.items()
        },
    }


_CONDITION: Final[dict[str, Any]] = {
    "condition": {"type": "string", "enum": list(CONDITIONS)},
    "sentence": {"type": "string"},
    "dropped": {"type": "boolean"},
    "adds": {
        "type": "integer",
        "description": "Who would appear without it; of one dropped, who would go with it again.",
    },
}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _schemes() -> dict[str, Any]:
    return {
        "staff": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "staff"},
    }
