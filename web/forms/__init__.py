"""Forms made from the models that read their answers."""
