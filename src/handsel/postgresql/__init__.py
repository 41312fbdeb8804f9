"""How Handsel speaks with PostgreSQL: Django's own backend, and what holds through a pooler of connections too."""
