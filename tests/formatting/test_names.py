"""Names beside each other."""

import pytest
from django.utils import translation

from handsel.formatting.names import join_names

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("people", "english", "spanish"),
    [
        (["Emma"], "Emma", "Emma"),
        (["Emma", "Theo"], "Emma and Theo", "Emma y Theo"),
        (["Emma", "Theo", "Invitada"], "Emma, Theo and Invitada", "Emma, Theo e Invitada"),
        (["Emma", "Hija"], "Emma and Hija", "Emma e Hija"),
        (["Emma", "Iota"], "Emma and Iota", "Emma y Iota"),
        ([], "", ""),
    ],
)
def test_names_together(people, english, spanish):
    assert join_names(people) == english
    with translation.override("es"):
        assert join_names(people) == spanish
