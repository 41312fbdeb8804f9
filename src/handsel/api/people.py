"""The person who asks."""

from handsel.api.operations import Asked
from handsel.api.routes import Routes
from handsel.api.schemas import Me
from handsel.queries import people

routes = Routes("People")


@routes.get("/me", "getMe", Me)
def get_me(asked: Asked) -> people.Me:
    """Who is asking, and her families"""
    return people.me(asked.person)
