"""The pages on which administrators change people, services and reporting lines."""
