"""What people may look at; and, unguarded, what the register reads for itself."""
