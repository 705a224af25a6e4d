"""What the writer does: orders carried out in turns, each one transaction."""
