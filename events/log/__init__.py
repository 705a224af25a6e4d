"""How events are stored: appended under one lock, their words sealed, read in order."""
