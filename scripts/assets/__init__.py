"""The build of what web/static holds, from the sources in web/assets."""
