"""What people do with declarations: one verb a file, each a pure rule, and what the rules share."""
