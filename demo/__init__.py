"""A sample newsroom of made-up sites, and what Kabar should make of it."""
