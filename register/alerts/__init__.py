"""Which alerts follow, when one passes to somebody else, and whose move it is."""
