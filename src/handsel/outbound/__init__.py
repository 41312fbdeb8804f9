"""The transports: mail, pushes and the one HTTP client. Each hands over what it is given, or says why not."""


class TemporaryFailure(Exception):
    """It could not be handed over, and may be later. The text is the kind of the trouble, and names nobody."""


class PermanentFailure(Exception):
    """The other end says that it will never take it. The text is the kind of the trouble, and names nobody."""


class MessageRejected(PermanentFailure):
    """Not this letter; another one to the same receiver it may take."""
