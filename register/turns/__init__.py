"""The turns of the writer: each is a transaction in which waiting orders are carried out."""
