"""``./run serve``: prepare what is missing, then run the web server and the worker until told to stop."""

import errno
import ipaddress
import json
import os
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

from . import lock, machine, place, venv
from .main import environment
from .place import Refused
from .supervise import Child, supervise

SPARE_BYTES = 50 * 2**20


def serve(*, host: str, port: int, reload: bool) -> int:
    """Serve until Ctrl-C or SIGTERM; returns 0 then, 1 when a part stopped by itself.

    The port is taken before anything else is done, so that a start which cannot serve changes
    nothing; two starts prepare one after the other, and the second finds all done.
    """
    mode = place.mode()
    if mode == "demo" and not _is_loopback(host):
        raise Refused(
            f"The demo serves this machine only, not {host}; for a real installation see "
            "docs/operate.md"
        )
    var = place.var_dir()
    _require(var)
    with ExitStack() as open_socket:
        listener = None if reload else open_socket.enter_context(_listener(host, port))
        if reload and not machine.is_port_free(host, port):
            raise _taken(port)
        with lock.held(var / "start.lock"):
            venv.ensure()
            _prepare()
        address = f"http://{'localhost' if _is_loopback(host) else host}:{port}"
        _note_address(var / "demo.json", address)
        ready = var / f"serving-{port}"
        ready.unlink(missing_ok=True)
        children = _children(listener, host, port, ready, reload=reload)
        return supervise(children, ready=ready, banner=lambda: _banner(mode, address, var))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _require(var: Path) -> None:
    for finding in (machine.writable(var), machine.disk(var, SPARE_BYTES)):
        if finding.problem:
            raise Refused(f"{finding.problem}.")


def _listener(host: str, port: int) -> socket.socket:
    """Listen at once: from here on no other start can believe that the port is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise _cannot_listen(error, host, port) from None
    return listener


def _cannot_listen(error: OSError, host: str, port: int) -> Refused:
    if isinstance(error, PermissionError):
        return Refused(f"Port {port} is only for the system; try ./run --port 8000")
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return Refused(f"{host} is not an address of this machine")
    return _taken(port)


def _taken(port: int) -> Refused:
    return Refused(f"Port {port} is taken by another program; try ./run --port {port + 1}")


def _prepare() -> None:
    """Bring database and static files up to date, in one process of the environment's."""
    command = [venv.python(), str(place.ROOT / "manage.py"), "up"]
    if subprocess.run(command, env=environment(), check=False).returncode:
        raise Refused("Openward did not start; the lines above say why and what to do.")


def _children(
    listener: socket.socket | None, host: str, port: int, ready: Path, *, reload: bool
) -> list[Child]:
    python, manage = venv.python(), str(place.ROOT / "manage.py")
    worker = [python, manage, "worker"]
    if listener is None:
        ready.write_text(f"{os.getpid()} {port}", "utf-8")
        server = [python, manage, "runserver", f"{host}:{port}"]
        return [Child("web server", server), Child("worker", [*worker, "--reload"])]
    config = str(Path(__file__).with_name("gunicorn_conf.py"))
    bind = f"fd://{listener.fileno()}"
    server = [python, "-m", "gunicorn", "--config", config, "--bind", bind, "hospital.wsgi"]
    told = environment(PORT=str(port), READY_FILE=str(ready))
    return [
        Child("web server", server, environment=told, keep=(listener.fileno(),)),
        Child("worker", worker),
    ]


def _note_address(path: Path, address: str) -> None:
    """Keep the address in the demo's list true when this start uses another port."""
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return
    if known.get("url") == address:
        return
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({**known, "url": address}, indent=2, ensure_ascii=False), "utf-8")
    draft.replace(path)


def _banner(mode: str, address: str, var: Path) -> str:
    if mode == "demo":
        return _demo_banner(address, var / "demo.json")
    return f"\nOpenward is ready on {address} ({mode}). Ctrl-C stops it."


def _demo_banner(address: str, path: Path) -> str:
    """Where to go and who to be: one sign-in per role of the first hospital, and a token."""
    lines = ["", f"Openward is ready: {address}", ""]
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        known = {"sign_ins": [], "tokens": {}}
    seen: set[str] = set()
    for entry in known["sign_ins"]:
        if entry["role"] not in seen:
            seen.add(entry["role"])
            lines.append(f"  {entry['role']:<14} {entry['username']:<24} {entry['password']}")
    for code, token in list(known["tokens"].items())[:1]:
        lines += ["", f"  API token of {code}: {token}"]
    return "\n".join(
        [
            *lines,
            "",
            f"  All sign-ins and tokens: {path}",
            f"  API: {address}/docs    how-to: docs/api.md, docs/operate.md",
            "  This is a demo with invented people. Ctrl-C stops it.",
        ]
    )
