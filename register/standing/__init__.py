"""Who may see a declaration, who may act on it, and who holds a role: each with the reason."""
