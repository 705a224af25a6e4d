"""Who works where and for whom, and how that is loaded from files."""
