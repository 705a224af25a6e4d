"""How events are stored and read: one writer appends them under one lock, their words sealed."""
