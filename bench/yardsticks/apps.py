"""allauth without its middleware, which it asks for when it is ready."""

from allauth.account.apps import AccountConfig


class WithoutMiddleware(AccountConfig):
    def ready(self) -> None:
        pass
