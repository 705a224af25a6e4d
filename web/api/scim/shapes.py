"""The shapes in which providers send what SCIM writes otherwise, brought into SCIM's own.

Entra ID sends `active` as "False", a manager as a plain string, values wrapped in a list, and
filters in the names inside a value. The library takes its other shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scim2_models import EnterpriseUser, InvalidSyntaxException

ENTERPRISE = str(EnterpriseUser.__schema__)
MANAGER = f"{ENTERPRISE}:manager"
BOOLEANS = {"true": True, "false": False}
ONE_VALUE = ("active", "displayname", "username", "externalid")
BARE = {"manager": MANAGER, "manager.value": MANAGER, f"{MANAGER}.value".lower(): MANAGER}
"""Names that lead to the manager."""
BARE_FILTER = re.compile(rf"(?<![\w.:])(?:{ENTERPRISE}:)?manager(?= eq )", re.IGNORECASE)


def asked(words: str) -> str:
    """A filter, in which the manager is that of the extension."""
    return BARE_FILTER.sub(f"{MANAGER}.value", words)


def resource(body: Any) -> dict[str, Any]:
    """The body of a new or replaced resource."""
    return {name: _value(name, value) for name, value in _object(body).items()}


def operations(body: Any) -> dict[str, Any]:
    """The body of a PATCH."""
    sent = _object(body)
    name = next((each for each in sent if each.casefold() == "operations"), "Operations")
    listed = sent.get(name)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise InvalidSyntaxException(detail="Send a list of Operations, each an object.")
    rest = {each: value for each, value in sent.items() if each != name}
    return {**rest, "Operations": [one for each in listed for one in _operations(each)]}


def _object(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise InvalidSyntaxException(detail="Send a JSON object.")
    return body


def _operations(sent: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The operations that stand for one: each name with a filter in a value is one of its own."""
    path, value = sent.get("path"), sent.get("value")
    if isinstance(path, str) and path:
        yield _at(sent, path)
        return
    if not isinstance(value, dict):
        yield dict(sent)
        return
    plain = {name: each for name, each in value.items() if "[" not in name}
    if plain or not value:
        yield {**sent, "value": {name: _value(name, each) for name, each in plain.items()}}
    for name in value.keys() - plain.keys():
        yield _at({**sent, "value": value[name]}, name)


def _at(sent: Mapping[str, Any], path: str) -> dict[str, Any]:
    path = BARE.get(path.casefold(), path)
    made = {**sent, "path": path}
    if "value" in made:
        made["value"] = _value(path, made["value"])
    is_nobody = path.casefold() == MANAGER.casefold() and made.get("value") is None
    return {"op": "remove", "path": path} if is_nobody else made


def _value(name: str, value: Any) -> Any:
    """What is to stand at a name: of a resource, or in a value."""
    last = name.casefold().rpartition(":")[2]
    if last in ONE_VALUE and isinstance(value, list) and len(value) == 1:
        (only,) = value
        value = only.get("value") if isinstance(only, dict) else only
    if last == "active" and isinstance(value, str):
        return BOOLEANS.get(value.casefold(), value)
    if name.casefold() == ENTERPRISE.casefold() and isinstance(value, dict):
        return {each: _value(each, its) for each, its in value.items()}
    if last == "manager":
        return _manager(value)
    if last == "members" and isinstance(value, list):
        return [{"value": each} if isinstance(each, str) else each for each in value]
    return value


def _manager(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, dict):
        reference = value.get("$ref")
        last = reference.rpartition("/")[2] if isinstance(reference, str) else None
        value = value.get("value") or last
    if isinstance(value, str) and value:
        return {"value": value, "$ref": f"../Users/{value}"}
    return value or None
