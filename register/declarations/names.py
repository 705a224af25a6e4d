"""The names of states, roles, duties and reasons, for whoever shows them."""

from events.names import (
    AlertState,
    Because,
    ErasureOf,
    ErasureState,
    Reviewed,
    Role,
    SeenBy,
    Shown,
    Status,
    ToldBy,
    Why,
)

DECLARATION = "declaration"
"""The stored name of this sort of stream."""

__all__ = [
    "DECLARATION",
    "AlertState",
    "Because",
    "ErasureOf",
    "ErasureState",
    "Reviewed",
    "Role",
    "SeenBy",
    "Shown",
    "Status",
    "ToldBy",
    "Why",
]
