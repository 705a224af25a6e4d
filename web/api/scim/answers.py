"""What SCIM answers: resources with their versions, lists, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ListResponse,
    PreconditionFailedException,
    Resource,
    ResponseParameters,
    SCIMException,
    SearchRequest,
)
from starlette.responses import Response

from register.directory.files import LoadError
from register.directory.provisioning import FixedError, TakenError
from register.errors import InvalidError, RegisterError
from web.api.scim import shapes
from web.api.scim.operations import MEDIA_TYPE, ScimCall
from web.errors import STATUS, headers_of

MOST = 200
"""How many resources a list has at most; an answer never has more."""
Found = TypeVar("Found")
NAMES = {"invalid": "invalidValue", "malformed": "invalidSyntax"}


def scim_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def shown(call: ScimCall, resource: Resource, status: int = 200) -> Response:
    """One resource, with its version; nothing but 304 where the provider has it already."""
    version = version_of(resource)
    if call.headers.get("if-none-match") and _names(call.headers["if-none-match"], version):
        return Response(status_code=304, headers={"ETag": version})
    headers = {"ETag": version}
    if status == 201 and resource.meta is not None:
        headers["Location"] = str(resource.meta.location)
    return scim_response(_dumped(resource, call.selection), status, headers)


def version_of(resource: Resource) -> str:
    return (resource.meta.version if resource.meta is not None else None) or ""


def changed(call: ScimCall, resource: Resource) -> Response:
    """What answers a change: the resource only where some of it is asked for, as it may be long."""
    if any(each in call.query for each in SELECTING):
        return shown(call, resource)
    return Response(status_code=204, headers={"ETag": version_of(resource)})


def check_version(call: ScimCall, resource: Resource) -> None:
    """Raises `PreconditionFailedException` if the provider means another version."""
    meant = call.headers.get("if-match")
    if meant is not None and not _names(meant, version_of(resource)):
        raise PreconditionFailedException(detail="This has changed since you read it.")


def _names(header: str, version: str) -> bool:
    named = {each.strip().removeprefix("W/") for each in header.split(",")}
    return "*" in named or version.removeprefix("W/") in named


def listed(
    wanted: SearchRequest, found: Sequence[Found], show: Callable[[Found], Resource]
) -> Response:
    """A page of what was found; only what is on it is made to be shown."""
    begin = min(wanted.start_index_0 or 0, len(found))
    count = MOST if wanted.count is None else min(wanted.count, MOST)
    page = [_dumped(show(each), wanted) for each in found[begin : begin + count]]
    return scim_response(
        {
            "schemas": [str(ListResponse.__schema__)],
            "totalResults": len(found),
            "startIndex": begin + 1,
            "itemsPerPage": len(page),
            "Resources": page,
        }
    )


def itself(resource: Resource) -> Resource:
    return resource


def _dumped(resource: Resource, wanted: ResponseParameters) -> dict[str, Any]:
    return resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=wanted)


def shows(wanted: ResponseParameters, name: str) -> bool:
    """Whether an answer is to have an attribute."""
    if wanted.attributes:
        return any(str(each).casefold().startswith(name) for each in wanted.attributes)
    return name not in (str(each).casefold() for each in wanted.excluded_attributes or ())


SELECTING = ("attributes", "excludedAttributes")


def selection_of(query: Mapping[str, str]) -> ResponseParameters:
    asked = {each: query[each] for each in SELECTING if each in query}
    return ResponseParameters.model_validate(asked)


def search_of(call: ScimCall, model: Any) -> SearchRequest:
    """What a list is asked for, in the query or in the body of a search."""
    asked = call.body if isinstance(call.body, dict) else dict(call.query)
    known = {*SELECTING, "filter", "sortBy", "sortOrder", "startIndex", "count"}
    kept = {name: asked[name] for name in known & asked.keys()}
    if isinstance(kept.get("filter"), str):
        kept["filter"] = shapes.asked(kept["filter"])
    return SearchRequest[model].model_validate(kept)


def refusal(
    status: int, detail: str, name: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    error = Error(status=status, scim_type=name, detail=detail)
    return scim_response(error.model_dump(), status, headers)


def refused(error: RegisterError) -> Response:
    name = NAMES.get(error.code)
    if isinstance(error, TakenError):
        name = "uniqueness"
    elif isinstance(error, FixedError):
        name = "mutability"
    words = str(error)
    if isinstance(error, InvalidError):
        words = " ".join(each.message for each in error.errors)
    status = 400 if error.code == "invalid" else STATUS[error.code]
    return refusal(status, words, name, headers_of(error))


def not_scim(error: SCIMException | ValidationError | LoadError) -> Response:
    """The refusal of what is no SCIM, or makes no directory."""
    if isinstance(error, SCIMException):
        return refusal(error.status, error.detail, error.scim_type or None)
    if isinstance(error, LoadError):
        return refusal(400, "; ".join(error.problems), "invalidValue")
    errors = Error.from_validation_errors(error)
    details = "; ".join(each.detail or "" for each in errors)
    return refusal(errors[0].status or 400, details, errors[0].scim_type)
