"""The changes to the database's tables over time, one step in each file."""
