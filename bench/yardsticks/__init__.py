"""The least that Django itself takes for what Handsel's pages, presses and answers do: a project of its own, served by
`handsel serve` as Handsel is, from a copy of the same book.

Each is checked to have written and answered what it should before it is timed (bench/over_http.py). They are what every
ratio hangs on: whoever makes Handsel faster leaves them alone.
"""
