"""A SCIM operation: its path and its handler; and a call to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from register.register import Register

if TYPE_CHECKING:
    from scim2_models import ResponseParameters

ROOT = "/scim/v2"
MEDIA_TYPE = "application/scim+json"


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
    named: str
    """The module of its handler, and the handler's name in it."""
    summary: str

    @property
    def name(self) -> str:
        return self.named.partition(".")[2]

    @property
    def handler(self) -> Callable[[ScimCall], Response]:
        """Imported with the first call: the library of SCIM takes half a second, and a register
        without a provider never needs it."""
        module, _, name = self.named.partition(".")
        found: Callable[[ScimCall], Response] = getattr(
            import_module(f"{__package__}.{module}"), name
        )
        return found
