"""The tree, the formats and what others make of them."""
