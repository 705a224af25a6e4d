"""What people do: one verb a file, each a pure rule."""
