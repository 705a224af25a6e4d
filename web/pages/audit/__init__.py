"""The pages for auditors: the register, its entries, and two moments side by side."""
