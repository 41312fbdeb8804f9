"""A browser's session that writes to the API without X-CSRFToken: the token is then looked for in a form."""

import pytest
from django.test import Client

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xff",
        "multipart/form-data; boundary=X",
        "application/x-www-form-urlencoded; charset=latin-1",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
)
def test_a_form_that_is_none_is_refused(world, content_type):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(world.ana)
    browser.get("/accounts/password/change/")
    answer = browser.post(f"/api/v1/families/{world.riveras.id}/children", b"\r\n--X\r\n", content_type=content_type)
    assert answer.status_code in (400, 403)
    assert answer["Content-Type"] == "application/problem+json"
