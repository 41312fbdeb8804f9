"""An SMTP server for tests that does to each word what it is told: is silent, drips, answers late or hangs up."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

SILENT, HANG_UP = "silent", "hang up"
DRIP = "drip"  # a byte now and then, and never a whole line


class SmtpServer:
    """As a context manager. `does` says what it answers to a word ("HELLO" is its greeting, "." the end of a letter):
    a line, SILENT, DRIP, HANG_UP, or a function of the argument that returns one of these; after seconds that `late`
    holds for the word. `letters` are those that it was given whole, whether or not it said so; `connections` is
    how many came.
    """

    def __init__(self, **does: Any) -> None:
        self.does: dict[str, str | Callable[[str], str]] = does
        self.late: dict[str, float] = {}
        self.letters: list[tuple[str, bytes]] = []
        self.connections = 0
        self._tasks: list[asyncio.Task[Any]] = []
        self.drip_every = 0.02
        self.reads_letters = True
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mailers(self) -> dict[str, Any]:
        """What settings.MAILERS is to be."""
        there = {"host": "127.0.0.1", "port": self.port}
        return {"default": {"BACKEND": "handsel.outbound.smtp.Backend", "OPTIONS": there}}

    def __enter__(self) -> "SmtpServer":
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=5)

    async def _stop(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receiver = ""
        self.connections += 1
        if task := asyncio.current_task():  # the loop alone would let go of one that waits for ever
            self._tasks.append(task)
        try:
            if not await self._answer(writer, "HELLO", "", "220 here"):
                return
            while line := (await reader.readline()).decode().strip():
                word, _, argument = line.partition(" ")
                usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(word.upper(), "250 OK")
                if word.upper() == "RCPT":
                    receiver = argument.partition("<")[2].partition(">")[0]
                if not await self._answer(writer, word.upper(), argument, usual) or word.upper() == "QUIT":
                    return
                if word.upper() == "DATA":
                    if not self.reads_letters:
                        await _wait(writer)
                    letter = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
                    self.letters.append((receiver, letter))
                    if not await self._answer(writer, ".", receiver, "250 taken"):
                        return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, word: str, argument: str, usual: str) -> bool:
        """Answer, and say whether it goes on."""
        does = self.does.get(word, usual)
        answer = does(argument) if callable(does) else does
        await asyncio.sleep(self.late.get(word, 0))
        ends: dict[str, Callable[[asyncio.StreamWriter], Awaitable[None]]] = {SILENT: _wait, DRIP: self._drip}
        if answer in ends:
            await ends[answer](writer)
        if answer in ends or answer == HANG_UP:
            return False
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return True

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"2")
            await writer.drain()
            await asyncio.sleep(self.drip_every)


async def _wait(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()
