"""What a thread reads of the directory, and of what is being changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from register.declarations.declaration import Declaration
from register.directory.cache import Known
from register.projections.sight import Sight


class View(Protocol):
    """Which directory a thread reads: one fixed directory while somebody looks, or that of a turn
    of the writer, with the turn's own changes."""

    @property
    def known(self) -> Known: ...
    @property
    def drafted(self) -> Mapping[UUID, Declaration]:
        """The declarations that a turn is changing, as they will be stored."""
        ...


@dataclass(frozen=True)
class Look:
    """The view of somebody who looks: of one request."""

    known: Known
    drafted: Mapping[UUID, Declaration] = field(default_factory=dict)
    sights: dict[str, Sight] = field(default_factory=dict)
    """By person: what the lists need to know of whoever looks at several of them."""
