"""Schema migrations; each revision is frozen once released and never imports the tables of today."""
