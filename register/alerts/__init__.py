"""Who gets an alert, when it passes to somebody else, and whom a declaration waits for."""
