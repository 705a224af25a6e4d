"""The front-end's files: ours, and those of others in vendor/, unchanged."""
