"""How the register is put together from its settings: database, keys; and the tables."""
