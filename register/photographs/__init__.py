"""Photographs of what was declared: how they are cleaned, kept and erased."""
