"""What takes long and is asked for on a page: it is done in the background, one after the other."""
