"""Bytes → links: feeds, sitemaps, listing pages, autodiscovery. Pure."""
