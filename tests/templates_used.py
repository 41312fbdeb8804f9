"""Django's test client copies what each template is given, a sixth of the time of a page: here only who asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.template import Template
from django.test.utils import _TestState, instrumented_test_render


@contextmanager
def unnoted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _TestState.saved_data.template_render)
        yield


@contextmanager
def noted() -> Iterator[None]:
    """What is answered meanwhile has its `templates` and `context`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", instrumented_test_render)
        yield
