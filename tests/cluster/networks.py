"""Where the members of a cluster listen: on loopback, or each in a network of its own that can be cut."""

import os
import random
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path


class Loopback:
    """Every cluster has addresses of its own, 127.x.y.z, and so the ports of the examples."""

    name = ""

    def __init__(self) -> None:
        self.prefix = _free_prefix()
        self.client_network = "127.0.0.0/8"  # from there others come to a member

    def address(self, member: int) -> str:
        return f"{self.prefix}.1{member}"

    def within(self, _member: int) -> list[str]:
        """What a command of this member begins with."""
        return []

    def close(self) -> None:
        pass


class Cables:
    """Each member is a machine of its own as far as the network goes, with a cable to a switch that can be pulled.

    For root alone. The switch has addresses of this machine that nobody outside reaches.
    """

    def __init__(self, members: int) -> None:
        self.name = f"hs{random.randrange(16**4):04x}"
        self.prefix = f"10.{random.randrange(64, 128)}.{random.randrange(256)}"
        self.client_network = f"{self.prefix}.0/24"
        self._members = range(1, members + 1)
        _ip("link", "add", self.name, "type", "bridge")
        _ip("addr", "add", f"{self.prefix}.1/24", "dev", self.name)
        _ip("link", "set", self.name, "up")
        for member in self._members:
            space, cable = self._space(member), self._cable(member)
            _ip("netns", "add", space)
            _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("link", "set", cable, "master", self.name, "up")
            _ip("-n", space, "addr", "add", f"{self.address(member)}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")
            _ip("-n", space, "link", "set", "lo", "up")

    @staticmethod
    def why_not() -> str:
        """Why there can be none here; nothing where there can."""
        if os.geteuid() != 0 or shutil.which("ip", path=_PATH) is None:
            return "NO CABLES: only root makes networks, by the program ip (Debian's iproute2)"
        name = f"hs{random.randrange(16**4):04x}t"
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "add", name)
            _ip("netns", "del", name)
            return ""
        return "NO CABLES: this kernel makes no networks here"

    def address(self, member: int) -> str:
        return f"{self.prefix}.1{member}"

    def within(self, member: int) -> list[str]:
        return ["nsenter", f"--net=/run/netns/{self._space(member)}"]

    def pull(self, member: int) -> None:
        """Nothing comes in or goes out any more, and nobody is told so."""
        _ip("link", "set", self._cable(member), "down")

    def plug_in(self, member: int) -> None:
        _ip("link", "set", self._cable(member), "up")

    def close(self) -> None:
        remove(self.name)

    def _space(self, member: int) -> str:
        return f"{self.name}-{member}"

    def _cable(self, member: int) -> str:
        return f"{self.name}-{member}"


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _ip(*arguments: str) -> None:
    program = shutil.which("ip", path=_PATH)
    assert program is not None
    subprocess.run([program, *arguments], check=True, capture_output=True)


def remove(name: str) -> None:
    """Cables of this name, if there are any, and the switch."""
    if name:
        for cable in Path("/sys/class/net").glob(f"{name}-*"):
            with suppress(subprocess.CalledProcessError):  # it went by itself
                _ip("link", "del", cable.name)
        for space in Path("/run/netns").glob(f"{name}-*"):
            _ip("netns", "del", space.name)
        _ip("link", "del", name)


def _free_prefix() -> str:
    while True:
        prefix = f"127.{random.randrange(1, 255)}.{random.randrange(256)}"
        with suppress(OSError), socket.create_server((f"{prefix}.11", 5432)):
            return prefix


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
