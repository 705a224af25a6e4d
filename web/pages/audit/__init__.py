"""What auditors look at: the register, its entries, two moments side by side."""
