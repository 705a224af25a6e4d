"""The names of states, roles, duties and reasons, for whoever shows them."""

from events.names import AlertState, Because, Role, Status, Why

__all__ = ["AlertState", "Because", "Role", "Status", "Why"]
