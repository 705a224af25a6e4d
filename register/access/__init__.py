"""How people come in: one-time links, sessions, tokens."""
