"""The pages: what people see, with or without JavaScript."""
