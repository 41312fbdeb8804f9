import stat
import subprocess
import sys
from pathlib import Path

import pytest

from handsel import env
from handsel.env import values
from handsel.rules import subscriptions

pytestmark = pytest.mark.no_database

KEY = "k" * 32
ENCRYPTION_KEY = "e" * 43
PRODUCTION = {"HANDSEL_PRODUCTION": "1", "HANDSEL_SECRET_KEY": KEY, "HANDSEL_HOSTS": "book.example.org"}

# The keys that are made where none is given, and the files that hold them.
KEPT = [("signing_key", "secret_key"), ("push_key", "vapid_key")]


def kept_in(directory: Path) -> env.Environment:
    return env.read({"HANDSEL_DATA_DIR": str(directory / "data")}, directory)


def refusal(**variables: str) -> str:
    with pytest.raises(env.Refused) as refused:
        env.read(variables, Path("/nowhere"))
    return str(refused.value)


@pytest.mark.parametrize("sign", ["src/handsel/__main__.py", "data/handsel.sqlite3", "data/secret_key"])
def test_a_checkout_and_a_directory_with_a_book_keep_their_data(tmp_path, sign):
    (tmp_path / sign).parent.mkdir(parents=True)
    (tmp_path / sign).touch()
    read = env.read({"XDG_DATA_HOME": "/elsewhere"}, tmp_path)
    assert read.sqlite_file == tmp_path / "data" / "handsel.sqlite3"


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac keeps it elsewhere")
@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"HOME": "/home/ana"}, "/home/ana/.local/share/handsel"),
        ({"HOME": "/home/ana", "XDG_DATA_HOME": "/srv/ana"}, "/srv/ana/handsel"),
        ({"HOME": "/home/ana", "XDG_DATA_HOME": "no/place"}, "/home/ana/.local/share/handsel"),
        ({"HOME": "/home/ana", "HANDSEL_DATA_DIR": "/srv/book"}, "/srv/book"),
    ],
)
def test_elsewhere_data_stands_in_the_platforms_place(tmp_path, variables, place):
    assert env.read(variables, tmp_path).data_dir == Path(place)


def test_nothing_set_serves_this_computer(tmp_path):
    read = env.read({}, tmp_path)
    assert read.database is None
    assert not read.production
    assert read.hosts == ()


def test_an_empty_variable_counts_as_none(tmp_path):
    assert env.read({"DATABASE_URL": "", "HANDSEL_WORKERS": " "}, tmp_path) == env.read({}, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/handsel"),
        ("DATABASE_URL", "postgresql://localhost/handsel?colour=blue"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("HANDSEL_ADDRESS", "book.example.org"),
        ("HANDSEL_ADDRESS", "https://book.example.org/care"),
        ("HANDSEL_ADDRESS", "https://ana@book.example.org"),
        ("HANDSEL_ADDRESS", "https://book.example.org:port"),
        ("HANDSEL_API_RATE", "many"),
        ("HANDSEL_API_RATE", "0/m"),
        ("HANDSEL_DEBUG", "maybe"),
        ("HANDSEL_ENCRYPTION_KEYS", "k" * 43 + ",short"),
        ("HANDSEL_ENCRYPTION_KEYS", f"{ENCRYPTION_KEY},{ENCRYPTION_KEY}"),
        ("HANDSEL_EXAMPLE", "2"),
        ("HANDSEL_LIMITS", "none"),
        ("HANDSEL_HOSTS", "https://localhost"),
        ("HANDSEL_HOSTS", "book.example.org"),
        ("HANDSEL_HOSTS", "*"),
        ("HANDSEL_MAIL_FROM", "nobody"),
        ("HANDSEL_MAIL_FROM", "a@b\r\nBcc: c@d"),
        ("HANDSEL_RECEIPTS", "s3.example.org/receipts"),
        ("HANDSEL_RECEIPTS", "https://s3.example.org/receipts"),
        ("HANDSEL_RECEIPTS", "https://key:secret@s3.example.org"),
        ("HANDSEL_RECEIPTS", "http://key:secret@s3.example.org/receipts"),
        ("HANDSEL_MAIL_URL", "mail.example.org"),
        ("HANDSEL_MAIL_URL", "smtp://mail.example.org:many"),
        ("HANDSEL_MAIL_URL", "https://mail.example.org"),
        ("HANDSEL_PRODUCTION", "y"),
        ("HANDSEL_PROXIES", "0"),
        ("HANDSEL_PROXIES", "proxy.example.org"),
        ("HANDSEL_PROXIES", "10.0.0.1/8"),
        ("HANDSEL_PUSH_LOOPBACK", "always"),
        ("HANDSEL_SECRET_KEY", "short"),
        ("HANDSEL_VAPID_KEY", "short"),
        ("HANDSEL_VAPID_KEY", "A" * 43),  # nought is no key
        ("HANDSEL_VAPID_KEY", "-----BEGIN PRIVATE KEY-----"),
        ("HANDSEL_WORKERS", "-1"),
        ("HANDSEL_WORKERS", "2.5"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name, value):
    sentence = refusal(**{name: value})
    assert sentence.startswith(name)
    assert sentence.endswith(".")


def test_a_file_is_no_data_directory(tmp_path):
    (tmp_path / "data").touch()
    assert refusal(HANDSEL_DATA_DIR=str(tmp_path / "data")).startswith("HANDSEL_DATA_DIR")


@pytest.mark.parametrize("missing", ["HANDSEL_SECRET_KEY", "HANDSEL_HOSTS"])
def test_production_needs_a_key_and_hosts(missing):
    assert refusal(**{**PRODUCTION, missing: ""}).startswith(missing)


@pytest.mark.parametrize("name", ["HANDSEL_DEBUG", "HANDSEL_EXAMPLE", "HANDSEL_PUSH_LOOPBACK"])
def test_production_shows_nothing_to_strangers(name):
    assert refusal(**PRODUCTION, **{name: "1"}).startswith(name)


def test_production_with_both_is_served(tmp_path):
    read = env.read(PRODUCTION, tmp_path)
    assert read.hosts == ("book.example.org",)
    assert read.signing_key() == KEY
    assert not (tmp_path / "data").exists()


def test_the_books_address_is_a_place_alone_and_in_production_an_encrypted_one(tmp_path):
    read = env.read({"HANDSEL_ADDRESS": "https://Book.example.org:8443/"}, tmp_path)
    assert read.address == "https://book.example.org:8443"
    assert refusal(HANDSEL_ADDRESS="http://book.example.org", **PRODUCTION).startswith("HANDSEL_ADDRESS must begin")


def test_a_database_url_is_read_as_libpq_reads_it(tmp_path):
    url = "postgresql://noor:p%40ss@db.example.org:6543/handsel?sslmode=require"
    assert env.read({"DATABASE_URL": url}, tmp_path).database == {
        "user": "noor",
        "password": "p@ss",
        "host": "db.example.org",
        "port": "6543",
        "dbname": "handsel",
        "sslmode": "require",
    }


@pytest.mark.parametrize(
    ("url", "mail"),
    [
        ("smtp://mail.example.org", values.Mail("mail.example.org", 587, "", "", "starttls")),
        ("smtps://noor:p%40ss@mail.example.org", values.Mail("mail.example.org", 465, "noor", "p@ss", "tls")),
        ("smtp://localhost:1025", values.Mail("localhost", 1025, "", "", "")),
    ],
)
def test_mail_is_encrypted_unless_it_stays_here(url, mail, tmp_path):
    assert env.read({"HANDSEL_MAIL_URL": url}, tmp_path).mail == mail


def test_the_environment_goes_before_the_file(tmp_path):
    (tmp_path / ".env").write_text(
        "# how we run it\n\nexport HANDSEL_WORKERS=2\nHANDSEL_API_RATE = '5/s'\nHANDSEL_DATA_DIR=\"/var/book\"\n"
    )
    read = env.read({"HANDSEL_WORKERS": "4"}, tmp_path)
    assert (read.workers, read.api_rate, read.data_dir) == (4, "5/s", Path("/var/book"))


def test_a_line_of_the_file_that_is_none_is_refused_by_number(tmp_path):
    (tmp_path / ".env").write_text("HANDSEL_WORKERS=2\nHANDSEL_DEBUG 1\n")
    with pytest.raises(env.Refused, match=r"^Line 2 of "):
        kept_in(tmp_path)


def test_a_misspelt_variable_is_pointed_out(tmp_path, capsys):
    env.read({"HANDSEL_PRODUCITON": "1", "HANDSEL_TEST_DATABASE": "sqlite"}, tmp_path)
    assert capsys.readouterr().err == "handsel: HANDSEL_PRODUCITON is set, but Handsel knows no such variable.\n"


@pytest.mark.parametrize(("kind", "file"), KEPT)
def test_a_key_is_made_once_for_its_owner_alone(tmp_path, kind, file):
    key = getattr(kept_in(tmp_path), kind)()
    assert len(key) >= 43
    assert getattr(kept_in(tmp_path), kind)() == key
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / file).stat().st_mode) == 0o600


def test_a_key_that_is_given_is_kept_nowhere(tmp_path):
    key = subscriptions.new_signing_key()
    assert env.read({"HANDSEL_VAPID_KEY": key}, tmp_path).push_key() == key
    assert not (tmp_path / "data").exists()


def test_keys_that_encrypt_are_made_once_and_a_new_one_stands_before_the_old(tmp_path):
    file = kept_in(tmp_path).key_file()
    first = file.read_text()
    assert file == tmp_path / "data" / "encryption_keys"
    assert kept_in(tmp_path).key_file().read_text() == first
    kept_in(tmp_path).add_encryption_key()
    new, old = values.encryption_keys(file.read_text())
    assert (old, new == old) == (first, False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["encryption_keys"]
    file.write_text("oops")
    with pytest.raises(env.Refused, match="put the file back from where you keep a copy"):
        kept_in(tmp_path).key_file()


def test_of_keys_that_are_given_the_operator_makes_the_new_one(tmp_path):
    given = env.read({"HANDSEL_ENCRYPTION_KEYS": f"{ENCRYPTION_KEY},{KEY}{'A' * 11}"}, tmp_path)
    assert given.encryption_keys == (ENCRYPTION_KEY, KEY + "A" * 11)
    with pytest.raises(env.Refused, match="put the new key first there, on every machine"):
        given.add_encryption_key()


@pytest.mark.parametrize(("kind", "file"), KEPT)
def test_processes_that_start_at_once_agree_on_a_key(tmp_path, kind, file):
    program = (
        "import sys; from handsel import env; sys.stdin.read(); "
        "at = env.Path(sys.argv[1]) / 'data'; "
        "print(getattr(env.read({'HANDSEL_DATA_DIR': str(at)}, at.parent), sys.argv[2])())"
    )
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in starting:
        process.stdin.close()  # now all go at once
    keys = set()
    for process in starting:
        with process:
            keys.add(process.stdout.read())
        assert process.returncode == 0
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == [file]


@pytest.mark.parametrize(("kind", "file"), KEPT)
def test_a_damaged_key_is_refused(tmp_path, kind, file):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / file).write_text("oops")
    with pytest.raises(env.Refused, match="delete the file to have a new one made"):
        getattr(kept_in(tmp_path), kind)()


def test_a_user_without_a_home_keeps_the_book_here(tmp_path, monkeypatch):
    monkeypatch.setattr(env.os.path, "expanduser", lambda path: path)  # as for a number that the system does not know
    assert env.read({}, tmp_path).data_dir == tmp_path / "data"
    assert env.read({"HANDSEL_DATA_DIR": "/data"}, tmp_path).data_dir == Path("/data")
