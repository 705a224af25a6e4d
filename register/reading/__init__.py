"""What can be looked at, and by whom; what checks nothing says so."""
