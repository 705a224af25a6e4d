"""How events are stored and read: appended under one lock by one writer, their words sealed."""
