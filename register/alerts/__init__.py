"""Whose move it is, and the alerts that say so."""
