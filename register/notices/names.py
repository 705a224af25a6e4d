"""The names of channels and of what becomes of messages, for the pages that show them."""

from events.names import Cause, Channel, Delivery, Pace, Unsent

__all__ = ["Cause", "Channel", "Delivery", "Pace", "Unsent"]
