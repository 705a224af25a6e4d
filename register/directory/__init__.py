"""The directory: who works where, who manages whom, and how files and providers change it."""
