"""Who may see, who may act, and who holds a role."""
