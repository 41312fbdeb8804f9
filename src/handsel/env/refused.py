class Refused(Exception):
    """A variable makes no sense; the message is one sentence that names it."""
