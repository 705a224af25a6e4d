"""What is not kept for ever: how long it stays, legal holds on it, and how its words are erased."""
