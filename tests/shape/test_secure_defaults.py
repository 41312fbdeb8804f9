"""What the sources do not do: start a shell, evaluate a text, use a weak hash or cryptography of our own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_database

SOURCE = Path(__file__).parents[2] / "src" / "handsel"
EVALUATE = {"eval", "exec", "compile", "__import__"}
# Modules that run what they read, read XML, or start a shell.
UNSAFE = {"pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml", "pty", "telnetlib", "ftplib", "crypt"}
WEAK = {"md5", "sha1", "MD5", "SHA1", "ECB", "DES", "TripleDES", "ARC4", "Blowfish", "PKCS1v15"}
CRYPTOGRAPHY = {"access/encryption.py", "outbound/push.py", "documents/backup_files.py"}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield file.relative_to(SOURCE).as_posix(), node


def named(node: ast.AST) -> str:
    """What a call calls, or an attribute is of."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_no_shell_is_started_and_nothing_is_evaluated():
    wrong = []
    for file, node in nodes():
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in EVALUATE:
                wrong.append(f"{file}:{node.lineno} {node.func.id}")
            if isinstance(node.func, ast.Attribute) and node.func.attr in {"system", "popen"}:
                wrong.append(f"{file}:{node.lineno} {node.func.attr}")
            wrong += [f"{file}:{node.lineno} shell" for keyword in node.keywords if keyword.arg == "shell"]
        wrong += [f"{file} {name}" for name in imported(node) if name.partition(".")[0] in UNSAFE]
    assert wrong == []
    scripts = [*(SOURCE / "static").rglob("*.js"), *(SOURCE / "templates").rglob("*.js")]
    assert scripts
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        assert not any(word in text for word in ("eval(", "new Function", "document.write")), script.name


def test_no_weak_hash_is_used():
    """An authenticator app's SHA-1 is allauth's, and no hash of data."""
    wrong = [
        f"{file}:{node.lineno} {named(node)}"
        for file, node in nodes()
        if isinstance(node, (ast.Name, ast.Attribute)) and named(node) in WEAK
    ]
    texts = [
        f"{file}:{node.lineno} {node.value}"
        for file, node in nodes()
        if isinstance(node, ast.Constant) and node.value in {"md5", "sha1", "sha-1"}
    ]
    assert wrong + texts == []


def test_cryptography_comes_from_libraries():
    """Ciphers are used in the files that are named here alone, and none is written by ourselves."""
    users = {
        file
        for file, node in nodes()
        for name in imported(node)
        if name.startswith(("cryptography.hazmat", "cryptography.fernet", "pyrage"))
    }
    assert {"access/encryption.py", "outbound/push.py"} <= users
    assert users - CRYPTOGRAPHY == set()
