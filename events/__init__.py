"""The events: everything that happened; and the append-only log that holds them."""
