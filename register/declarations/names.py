"""The names of states, roles and duties, for whoever shows them."""

from events.names import AlertState, Role, Status, Why

__all__ = ["AlertState", "Role", "Status", "Why"]
