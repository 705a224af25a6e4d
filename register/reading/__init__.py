"""What people look at: queries, guarded by `standing/`; and unguarded, for the register itself."""
