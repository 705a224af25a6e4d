"""The directory: who works where, who manages whom, and how that is loaded from files."""
