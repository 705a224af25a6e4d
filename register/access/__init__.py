"""How people come in: links, sessions, tokens."""
