"""A proxy between a server and its PostgreSQL that passes on what is said, keeps the answers back, or is cut."""

import select
import socket
import threading
from contextlib import suppress
from typing import Self


class DatabaseProxy:
    """Listens on a port of this machine, for a PostgreSQL that listens in a directory."""

    def __init__(self, directory: str) -> None:
        self._there = f"{directory}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._answers = threading.Event()
        self._answers.set()
        self._is_cut = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.set()
        self._listener.close()
        self._end_all()

    def keep_answers_back(self) -> None:
        self._answers.clear()

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        self._is_cut = True
        self._end_all()

    def restore(self) -> None:
        self._is_cut = False
        self._answers.set()

    def end_connections(self) -> None:
        """As a server that restarts: new ones are taken at once."""
        self._end_all()

    def _end_all(self) -> None:
        for pair in self._pairs:
            for side in pair:
                with suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
        self._pairs = []

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                if self._is_cut:
                    here.close()
                    continue
                there = socket.socket(socket.AF_UNIX)
                there.connect(self._there)
                self._pairs.append((here, there))
                threading.Thread(target=self._pass_on, args=(here, there), daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError), here, there:
            while True:
                for side in select.select([here, there], [], [])[0]:
                    said = side.recv(65_536)
                    if not said:
                        return
                    if side is there:
                        self._answers.wait()
                    (there if side is here else here).sendall(said)
