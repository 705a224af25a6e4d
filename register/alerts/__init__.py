"""Whom an alert goes to, when it passes to somebody else, and whose move it is."""
