"""A witness: its cases, which others can run too, its races, and what it does when it is killed."""
