"""Calendars at secret addresses, for apps that cannot sign in."""
