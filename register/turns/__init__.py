"""What the writer does: orders carried out together, each turn one transaction."""
