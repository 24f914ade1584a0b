"""The revisions, one module each, named after their number."""
