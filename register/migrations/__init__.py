"""The database's shape, one step a file."""
