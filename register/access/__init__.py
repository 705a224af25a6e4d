"""How people and programs sign in: one-time links, sessions of browsers, tokens."""
