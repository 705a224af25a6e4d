"""A SCIM operation: its path and its handler; and a call to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scim2_models import ResponseParameters
from starlette.responses import Response

from register.register import Register

ROOT = "/scim/v2"


@dataclass(frozen=True)
class ScimCall:
    register: Register
    by: str
    """The administrator whose token it is."""
    path: Mapping[str, Any]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    base: str
    """The address of `ROOT`, as the provider reaches it."""
    selection: ResponseParameters
    """Which attributes the answer is to have."""
    body: Any = None


@dataclass(frozen=True)
class ScimOperation:
    method: str
    path: str
    handler: Callable[[ScimCall], Response]
    summary: str

    @property
    def name(self) -> str:
        return self.handler.__name__
