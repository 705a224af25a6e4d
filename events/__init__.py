"""What happened, and the append-only log that holds it."""
