"""What somebody may do who owns the database, and what tells of it."""
