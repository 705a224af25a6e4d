"""Describes the API: OpenAPI 3.1, made from the kinds, the models and the errors; and a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import UnionType
from typing import Any, get_args

import msgspec
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from web.api.calls import PICTURE_TYPES, WITH_BODY, Call
from web.api.operations import Operation
from web.errors import STATUS, TITLES, Problem
from web.requests.limits import LARGEST_PICTURE
from web.templating import environment

Schema = dict[str, Any]

TITLE = "The declarations register"
COMPONENTS = "#/components/schemas/{name}"
PATTERNS = {
    "id": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-79a-fA-F][0-9a-fA-F]{3}-[0-9a-fA-F]{4}"
    "-[0-9a-fA-F]{12}$",
    "action": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "cover": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "photograph": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "worker": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
    "session": "^[A-Za-z0-9_-]{12}$",
    "tile": r"^(entries|[0-9]|[1-5][0-9]|6[0-3])/(x[0-9]{3}/){0,4}[0-9]{3}(\.p/[1-9][0-9]{0,2})?$",
    "token": "^[A-Za-z0-9_-]{12}$",
}
IN_AN_ANSWER = {"id": "$response.body#/id", "action": "$response.body#/actions/0/id"}
"""Where an answer says what the next call needs in its path."""
BYTES: Schema = {"type": "string", "format": "binary"}
BY_THE_DECLARATION = (
    "Which of these is taken depends on what was declared: a body for another kind, or for another "
    "sort of action, is refused"
)
EVERY_CALL = ("unauthenticated", "forbidden", "too_many", "failed")
EVERY_BODY = ("too_large", "unsupported", "malformed")


def operations(described: list[Operation]) -> list[Operation]:
    """The two operations that give the description of all the others."""

    def openapi_json(call: Call) -> Response:
        return Response(document, media_type="application/json")

    def docs_page(call: Call) -> Response:
        return HTMLResponse(page)

    own = [
        _public("/api/openapi.json", openapi_json, "This description"),
        _public("/api/docs", docs_page, "This description, to read"),
    ]
    openapi = describe([*described, *own])
    document = msgspec.json.encode(openapi)
    page = environment.get_template("docs.html").render(
        openapi=openapi, titles=TITLES, status=STATUS
    )
    return own


def _public(path: str, handler: Callable[[Call], Response], summary: str) -> Operation:
    return Operation("GET", path, handler, summary, {200: None}, is_public=True)


def describe(described: Iterable[Operation]) -> Schema:
    listed = list(described)
    schemas: Schema = {}
    paths: Schema = {}
    for operation in listed:
        described_operation = _operation(operation, schemas)
        paths.setdefault(operation.template, {})[operation.method.lower()] = described_operation
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation, schemas: Schema) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            *_path_parameters(operation.template),
            *_query_parameters(operation, schemas),
        ],
        "responses": _responses(operation, schemas),
    }
    if not operation.is_public:
        described["security"] = [{"token": []}]
    if operation.bodies:
        described["requestBody"] = {
            "required": True,
            **({"description": BY_THE_DECLARATION} if _is_by_the_declaration(operation) else {}),
            "content": {"application/json": {"schema": _body(operation, schemas)}},
        }
    if operation.takes_picture:
        described["requestBody"] = {
            "required": True,
            "description": f"At most {LARGEST_PICTURE // 2**20} MiB",
            "content": {media_type: {"schema": BYTES} for media_type in PICTURE_TYPES},
        }
    return described


def _is_by_the_declaration(operation: Operation) -> bool:
    """Whether the body may be one of several, and does not say which by itself."""
    return len(operation.bodies) > 1 and "kind" not in operation.bodies[0].model_fields


def _path_parameters(path: str) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": pattern},
        }
        for name, pattern in PATTERNS.items()
        if f"{{{name}}}" in path
    ]


def _query_parameters(operation: Operation, schemas: Schema) -> list[Schema]:
    if operation.query is None:
        return []
    model = _pydantic(operation.query, schemas)
    required = model.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _given(schema)}
        for name, schema in model.get("properties", {}).items()
    ]


def _given(schema: Schema) -> Schema:
    """The schema of a query parameter, without null: a parameter is left out instead."""
    shown = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            shown |= choice
    return shown


def _body(operation: Operation, schemas: Schema) -> Schema:
    names = [_add(model, schemas) for model in operation.bodies]
    if len(names) == 1:
        return {"$ref": COMPONENTS.format(name=names[0])}
    return {"anyOf": [{"$ref": COMPONENTS.format(name=name)} for name in names]}


def _add(model: type[BaseModel], schemas: Schema) -> str:
    schemas[model.__name__] = _pydantic(model, schemas)
    return model.__name__


def _pydantic(model: type[BaseModel], schemas: Schema) -> Schema:
    described = model.model_json_schema(ref_template=COMPONENTS.replace("{name}", "{model}"))
    schemas.update(described.pop("$defs", {}))
    return described


def _responses(operation: Operation, schemas: Schema) -> Schema:
    responses: Schema = {}
    for status, shown in operation.responses.items():
        responses[str(status)] = _response(operation, shown, schemas)
    problem = _msgspec(Problem, schemas)
    for code in _refusals(operation):
        responses[str(STATUS[code])] = {
            "description": TITLES[code],
            "content": {"application/problem+json": {"schema": problem}},
        }
    return responses


def _refusals(operation: Operation) -> list[str]:
    codes = ["failed"] if operation.is_public else list(EVERY_CALL)
    if operation.method in WITH_BODY:
        codes += EVERY_BODY
    return list(dict.fromkeys([*codes, *operation.refusals]))


def _response(operation: Operation, shown: type | UnionType | None, schemas: Schema) -> Schema:
    described: Schema = {"description": operation.summary}
    if shown is not None:
        schema = BYTES if shown is bytes else _msgspec(shown, schemas)
        described["content"] = {operation.gives: {"schema": schema}}
    if operation.leads_to:
        leads_to = operation.leads_to.items()
        described["links"] = {name: _link(name, parts) for name, parts in leads_to}
    return described


def _link(name: str, parts: Iterable[str]) -> Schema:
    parameters = {part: IN_AN_ANSWER[part] for part in ("id", *parts)}
    return {"operationId": name, "parameters": parameters}


def _msgspec(shown: type | UnionType, schemas: Schema) -> Schema:
    if isinstance(shown, UnionType):
        return {"anyOf": [_msgspec(each, schemas) for each in get_args(shown)]}
    (reference,), components = msgspec.json.schema_components([shown], ref_template=COMPONENTS)
    schemas.update(components)
    return reference
