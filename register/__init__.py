"""What may happen to a declaration, and what it means."""
