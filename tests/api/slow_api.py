"""Settings for `handsel serve` in which the first child that somebody adds takes very long.

By then the request holds its key and has begun its work, and the file `hesitates` stands in the data directory.
"""

import time
from typing import Any

from django.apps import AppConfig

from handsel.settings import *  # noqa: F403
from handsel.settings import ENVIRONMENT as _ENVIRONMENT
from handsel.settings import INSTALLED_APPS as _INSTALLED_APPS

INSTALLED_APPS = [*_INSTALLED_APPS, "tests.api.slow_api.Hesitating"]

NAME = "Hesitating"
SIGN = "hesitates"


class Hesitating(AppConfig):
    name = "tests.api"

    def ready(self) -> None:
        from handsel.actions import children

        create, sign = children.create, _ENVIRONMENT.data_dir / SIGN

        def hesitate(family_id: Any, draft: Any, **who: Any) -> Any:
            if draft.get("first_name") == NAME and not sign.exists():
                sign.touch()
                time.sleep(600)
            return create(family_id, draft, **who)

        children.create = hesitate
