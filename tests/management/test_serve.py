"""`handsel serve`, started and stopped as people do."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from handsel.management.commands.serve import _ThreadWorker
from tests.server import Server, without_progress

pytestmark = pytest.mark.no_database

PRODUCTION = {
    "HANDSEL_PRODUCTION": "1",
    "HANDSEL_SECRET_KEY": "zuri-and-emma-and-theo-are-at-the-park",
    "HANDSEL_HOSTS": "book.example.org",
}
FROM_THE_PROXY = {"Host": "book.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}


def refusal(refused: subprocess.CompletedProcess[str]) -> str:
    return without_progress(refused.stderr)


def test_a_new_book_is_empty_and_for_its_owner_alone():
    with Server("sqlite", new=True) as server:
        assert server.welcome.splitlines() == [
            f"Handsel is at {server.base_url}",
            f"The book is {server.home / 'data' / 'handsel.sqlite3'}",
        ]
        assert server.base_url.startswith("http://127.0.0.1:")
        files = [path for path in server.home.joinpath("data").iterdir() if path.is_file()]
        assert {"handsel.sqlite3", "secret_key"} <= {path.name for path in files}
        assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.nightly  # by day browsers meet them, and tests/actions/test_example_families.py looks at all of it
def test_the_example_families_are_loaded_once_tell_how_to_sign_in_and_are_not_for_the_world():
    server = Server("sqlite", HANDSEL_EXAMPLE="1", HANDSEL_WORKERS="1")
    for _ in range(2):
        with server:
            assert "They are neither mailed nor pushed; HANDSEL_EXAMPLE_SENDS=1 changes that." in server.welcome
            for name in ("Noor", "Ana", "Ada"):
                assert re.search(rf"{name} \({name.lower()}@example\.org\)", server.welcome)
    assert server.command("load_example_families").returncode == 1
    # Everybody knows the password of these people.
    del server.environment["HANDSEL_EXAMPLE"]
    server.environment |= PRODUCTION
    refused = server.command("serve", "--port", "0")
    assert refused.returncode == 1
    assert refusal(refused).startswith("handsel: The example people are in this database")
    elsewhere = subprocess.run(
        [sys.executable, "-c", "import handsel.wsgi"],
        cwd=server.home,
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert elsewhere.returncode == 1
    assert elsewhere.stderr == refusal(refused)


def test_it_stops_when_told_and_keeps_what_was_written():
    server = Server("sqlite", HANDSEL_WORKERS="2")
    with server:
        [ana] = server.people("Ana")
        assert server.stop(signal.SIGTERM) == 0
        assert not list((server.home / "data").glob("*-wal"))  # one file, which may be copied
    with server:
        with server.client(ana) as client:
            assert client.get("/me").json()["id"] == str(ana.id)
        assert server.stop(signal.SIGINT) == 0
    assert server.logged == ""


def test_a_worker_told_to_quit_while_it_hands_on_a_request_does_not_wait_for_itself():
    config = Config()
    worker = _ThreadWorker(1, os.getpid(), [], None, 60, config, Logger(config))
    worker.tpool = worker.get_thread_pool()
    worker.method_queue.init()

    def told_meanwhile() -> None:
        with worker.tpool._shutdown_lock:  # as inside submit()
            worker.handle_quit(signal.SIGQUIT, None)

    telling = Thread(target=told_meanwhile, daemon=True)
    telling.start()
    telling.join(10)
    assert not telling.is_alive()
    with pytest.raises(SystemExit):
        worker.method_queue.run_callbacks(None)
    worker.method_queue.close()
    worker.tmp.close()


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers look for their master every half minute")
def test_workers_go_with_their_master():
    with Server("sqlite") as server:
        server.kill(alone=True)
        port = int(server.base_url.rpartition(":")[2])
        for _ in range(100):
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        else:
            pytest.fail("somebody still answers")


def test_a_port_that_is_taken_is_said_at_once():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = Server("sqlite").command("serve", "--port", str(port))
    assert refused.returncode == 1
    assert refusal(refused).startswith(f"handsel: 127.0.0.1 port {port} cannot be served (Address already in use).")


@pytest.mark.parametrize(
    ("variables", "arguments", "word"),
    [
        ({}, ["--host", "0.0.0.0"], "HANDSEL_PRODUCTION"),  # noqa: S104  that this is refused is the point
        pytest.param({}, ["--port", "70000"], "--port", marks=pytest.mark.nightly),
        pytest.param({"HANDSEL_WORKERS": "many"}, [], "HANDSEL_WORKERS", marks=pytest.mark.nightly),
        pytest.param({"HANDSEL_PRODUCTION": "1"}, [], "HANDSEL_SECRET_KEY", marks=pytest.mark.nightly),
        pytest.param(PRODUCTION, ["--example"], "--example", marks=pytest.mark.nightly),
        ({"DATABASE_URL": "postgresql://localhost:1/handsel"}, ["--port", "0"], "database"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(variables, arguments, word):
    refused = Server("sqlite", **variables).command("serve", *arguments)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert word in refusal(refused)
    assert refusal(refused).startswith("handsel: ")
    assert refusal(refused).count("\n") == 1


@pytest.mark.nightly
def test_production_speaks_https_only():
    with Server("sqlite", **PRODUCTION, HANDSEL_WORKERS="1") as server:
        sign_in = f"{server.base_url}/accounts/login/"
        plain = httpx.get(sign_in, headers={"Host": "book.example.org"})
        assert (plain.status_code, plain.headers["Location"]) == (301, "https://book.example.org/accounts/login/")
        assert "Strict-Transport-Security" not in plain.headers
        behind_the_proxy = httpx.get(sign_in, headers=FROM_THE_PROXY)
        assert behind_the_proxy.status_code == 200
        assert "Secure" in behind_the_proxy.headers["Set-Cookie"]
        elsewhere = httpx.get(sign_in, headers={**FROM_THE_PROXY, "Host": "elsewhere.example.org"})
        assert elsewhere.status_code == 400
        # What is no request never reaches the pages, and is refused with the same headers.
        with socket.create_connection(("127.0.0.1", urlsplit(server.base_url).port), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a b\x00\r\nno header\r\n\r\n")
            refused = connection.makefile("rb").read().decode()
        assert refused.startswith("HTTP/1.1 400 Bad Request\r\n")
        for answer in (behind_the_proxy, elsewhere):
            assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        for answer in (plain, elsewhere):
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Frame-Options"] == "DENY"
        head = refused.partition("\r\n\r\n")[0].splitlines()
        assert "Strict-Transport-Security: max-age=31536000" in head
        assert "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'" in head
        assert "X-Frame-Options: DENY" in head


def test_static_files_are_kept_by_the_browser_and_nothing_is_run_inline(server):
    page = httpx.get(f"{server.base_url}/accounts/login/")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    style = re.search(r'href="(/static/css/base\.[0-9a-f]{12}\.css)"', page.text)
    assert style
    kept = httpx.get(f"{server.base_url}{style[1]}")
    assert kept.headers["Cache-Control"] == "max-age=315360000, public, immutable"
