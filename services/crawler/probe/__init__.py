"""A site nobody has described yet → an entry for `sites/*.toml`."""
