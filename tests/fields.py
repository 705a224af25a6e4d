"""The questions of a kind, as its schema has them, and answers to them that are made up."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from register.kinds import all_kinds


@cache
def fields_of(kind: str) -> dict[str, Any]:
    """A record of a list stands where it is named."""
    schema = all_kinds()[kind].details.model_json_schema()
    fields: dict[str, Any] = _in_place(schema["properties"], schema.get("$defs", {}))
    return fields


def _in_place(part: Any, known: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_in_place(each, known) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _in_place(known[part["$ref"].rpartition("/")[2]], known)
    return {name: _in_place(each, known) for name, each in part.items()}


@dataclass(frozen=True)
class Made:
    """Answers that are made up; texts, days and people are those of whoever makes them."""

    chance: random.Random
    text: Callable[[], str]
    day: Callable[[], str]
    person: Callable[[], str]

    def answers(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {name: self._answer(field) for name, field in fields.items()}

    def _answer(self, field: dict[str, Any]) -> Any:
        match field:
            case {"anyOf": ways}:
                return self._answer(self._one_of(ways))
            case {"enum": choices}:
                return self._one_of(choices)
            case {"type": "boolean"}:
                return self._one_of([True, False])
            case {"type": "integer"}:
                return self.chance.randint(field["minimum"], field.get("maximum", 2026))
            case {"type": "array", "items": {"enum": choices}}:
                fewest = field.get("minItems", 0)
                return self.chance.sample(choices, self.chance.randint(fewest, len(choices)))
            case {"type": "array", "items": {"properties": fields}}:
                return [self.answers(fields) for _ in range(self.chance.randrange(3))]
            case {"type": "string"}:
                return self._said(field)
            case {"type": "null"}:
                return None
        raise ValueError(f"no answer is known for {field}")

    def _said(self, field: dict[str, Any]) -> str:
        match field:
            case {"x-widget": "person"}:
                return self.person()
            case {"format": "date"}:
                return self.day()
            case {"maxLength": _}:
                return self.text()
        return str(self._one_of(["0", "4.99", "60", "9999999.99"]))

    def _one_of(self, choices: Sequence[Any]) -> Any:
        return self.chance.choice(choices)
