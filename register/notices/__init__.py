"""How an alert reaches its person: by e-mail, push or text, until it is sent, and once."""
