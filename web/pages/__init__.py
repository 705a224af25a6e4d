"""Pages: what people see, with or without JavaScript."""
