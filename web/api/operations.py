"""An operation of the API: its path, its handler, and what its documentation says."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import UnionType

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
    responses: Mapping[int, type | UnionType | None]
    """The type of the response by status, or the types that it may be; None if the response is not
    JSON."""
    bodies: tuple[type[BaseModel], ...] = ()
    """The models of the bodies that may be sent: a body is one of these."""
    query: type[BaseModel] | None = None
    refusals: tuple[str, ...] = ()
    """The codes of refusal, besides those that every operation of its sort has."""
    leads_to: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The names of the operations that may follow with the same declaration, each with the
    parameters of its path besides the id."""
    is_public: bool = False
    fresh: bool = False
    """Whether it takes, of a browser, a sign-in of the last five minutes by more than a link."""
    takes_picture: bool = False
    """Whether the body is a picture, and not JSON."""
    gives: str = "application/json"
    """The media type of the responses."""

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it, which cannot say that a parameter may have slashes."""
        return self.path.replace(":path}", "}")

    @property
    def name(self) -> str:
        return self.handler.__name__

    @cached_property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.handler)
