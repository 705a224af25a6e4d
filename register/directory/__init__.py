"""Who works where and for whom: kept, and loaded from files."""
