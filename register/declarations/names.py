"""The names of states, roles, duties and reasons, for whoever shows them."""

from events.names import (
    AlertState,
    Because,
    BundleForm,
    ErasureOf,
    ErasureState,
    HoldOn,
    RequestAbout,
    Reviewed,
    Role,
    SeenBy,
    Shown,
    Status,
    ToldBy,
    Why,
    Withheld,
)

DECLARATION = "declaration"
"""The stored name of this sort of stream."""

__all__ = [
    "DECLARATION",
    "AlertState",
    "Because",
    "BundleForm",
    "ErasureOf",
    "ErasureState",
    "HoldOn",
    "RequestAbout",
    "Reviewed",
    "Role",
    "SeenBy",
    "Shown",
    "Status",
    "ToldBy",
    "Why",
    "Withheld",
]
