"""The transports: mail, pushes and the one HTTP client. Each hands over what it is given, or says why not."""


class TemporaryFailure(Exception):
    """A failure to hand it over that may pass. The text is the kind of the trouble, and names nobody."""


class ServerFailure(TemporaryFailure):
    """A failure of the mail server itself, whoever the letter is for."""


class NoAnswer(ServerFailure):
    """A mail server was given the whole letter, and did not say whether it takes it: it may have."""


class PermanentFailure(Exception):
    """A refusal for good by the other end. The text is the kind of the trouble, and names nobody."""


class MessageRejected(PermanentFailure):
    """A refusal of this letter alone; another one to the same receiver it may take."""
