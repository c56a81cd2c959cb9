"""The crawler: due site → links → pages → messages, politely and safely."""
