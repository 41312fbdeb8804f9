"""What Handsel promises, as plain functions: no Django, no database, no clock."""
