"""Going back through a site's archives: bytes of a page of them → articles of a span of days, and further pages. Pure."""
