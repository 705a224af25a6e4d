"""What people do with declarations: one act in each file, each a pure rule."""
