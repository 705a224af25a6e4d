"""Receipts: a promise at once of each declaration, and soon a proof that it is in the log."""
