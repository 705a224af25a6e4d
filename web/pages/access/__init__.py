"""The pages on which people come in, and those about their ways of doing so."""
