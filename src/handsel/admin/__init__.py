"""The operator's pages at /admin/: who is here and how it stands, to read and not to change."""
