"""Dates, times, lengths, money and names as people read them, in the language that is active."""
