"""Who has looked: each look is a sealed row beside the log, and the log holds roots of them."""
