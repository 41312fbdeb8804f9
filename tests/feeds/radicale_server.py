"""Radicale, the CalDAV server, as a test asks it."""

import base64
from io import BytesIO
from pathlib import Path

from radicale import config
from radicale.app import Application


class Radicale:
    """A CalDAV server in this process, asked as a web server would ask it."""

    def __init__(self, folder: Path) -> None:
        settings = config.load()
        settings.update(
            {
                "auth": {"type": "none"},
                "storage": {"filesystem_folder": str(folder), "_filesystem_fsync": "False"},
                "logging": {"level": "critical"},
            },
            "the test",
            privileged=True,
        )
        self.application = Application(settings)

    def ask(self, method: str, path: str, body: bytes = b"", *, status: int) -> bytes:
        answered: list[tuple] = []
        environ = {
            "REQUEST_METHOD": method,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "text/calendar",
            "HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"ana:").decode(),
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
        }
        answer = b"".join(self.application(environ, lambda *start_response: answered.append(start_response)))
        assert answered[0][0].startswith(str(status)), (answered, answer[:500])
        return answer
