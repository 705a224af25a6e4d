"""How forms are made, from the models that read their answers."""
