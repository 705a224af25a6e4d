"""What one call of the API is: its path, its handler, and what its documentation says."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import BaseModel
from starlette.responses import Response

from web.api.calls import Call

Handler = Callable[[Call], Response | Awaitable[Response]]


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    handler: Handler
    summary: str
    responses: Mapping[int, type | None]
    """Of what, by status; None where that is not JSON."""
    bodies: tuple[type[BaseModel], ...] = ()
    """One of these is sent."""
    query: type[BaseModel] | None = None
    refusals: tuple[str, ...] = ()
    """The codes of refusal, beside those that every call of its sort has."""
    leads_to: tuple[str, ...] = field(default=())
    """Names of the handlers that take the same declaration next."""
    is_public: bool = False
    takes_picture: bool = False
    """Whether its body is a picture, and not JSON."""
    gives: str = "application/json"
    """The media type of its responses."""

    @property
    def name(self) -> str:
        return self.handler.__name__

    @cached_property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.handler)
