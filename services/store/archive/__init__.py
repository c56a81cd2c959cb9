"""Pages kept for good: WARC files in one folder, and an index of them that can be made anew from the files."""
