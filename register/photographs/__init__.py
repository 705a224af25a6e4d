"""Photographs of what was declared: cleaned and kept."""
