"""The words of ``./run`` and where each leads."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from . import place, steps, venv
from .place import Refused


def main(arguments: Sequence[str]) -> int:
    """Run one command; every expected failure is one sentence on stderr and exit code 1."""
    steps.speak_utf8()
    given = list(arguments)
    if not given or (given[0].startswith("-") and given[0] not in {"-h", "--help"}):
        given.insert(0, "serve")
    try:
        if given[0] in {"manage", "setup"}:  # everything behind it is Django's
            return manage(given[given[0] == "manage" :])
        chosen = _parser().parse_args(given)
        return int(chosen.go(chosen))
    except Refused as refusal:
        print(f"{steps.CROSS} {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno == 28:
            print(f"{steps.CROSS} No disk space is left.", file=sys.stderr)
            return 1
        raise
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


def manage(arguments: Sequence[str]) -> int:
    """Run Django's ``manage.py`` in the environment, making it first where it is missing."""
    venv.ensure()
    command = [venv.python(), str(place.ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment(), check=False).returncode


def environment(**extra: str) -> dict[str, str]:
    """This process's environment for a child, without what points it at another Python."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run",
        description="Openward. Without a word it starts, on an empty database with a demo.",
        epilog="./run COMMAND --help says more; ./run --port 8001 is short for serve --port 8001",
    )
    words = parser.add_subparsers(metavar="COMMAND", required=True)
    serve = words.add_parser("serve", help="start the server and the worker (the default)")
    serve.add_argument("--port", type=_port, default=8000, help="where to listen (8000)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--reload", action="store_true", help="for developers: reload changed code")
    serve.set_defaults(go=_serve)

    words.add_parser("setup", help="an empty real installation: hospital and administrator")
    test = words.add_parser("test", help="the test suite, on SQLite and on PostgreSQL")
    test.add_argument("--all", action="store_true", help="also races, browser and slow tests")
    test.add_argument("rest", nargs="*", help="after --: arguments for pytest", metavar="-- PYTEST")
    test.set_defaults(go=_test)

    words.add_parser("manage", help="any Django command: ./run manage migrate", add_help=False)
    lint = words.add_parser("lint", help="everything that is checked without running")
    lint.add_argument("--fix", action="store_true", help="first mend what formatters can mend")
    lint.set_defaults(go=_lint)

    demo = words.add_parser("demo", help="the demo's invented hospitals")
    which = demo.add_mutually_exclusive_group(required=True)
    which.add_argument("--reset", action="store_true", help="begin the demo anew")
    which.add_argument("--remove", action="store_true", help="empty the demo's database")
    demo.set_defaults(go=_demo)

    doctor = words.add_parser("doctor", help="find what is wrong and how to mend it")
    doctor.add_argument("--port", type=_port, default=8000)
    doctor.add_argument("--reinstall-guards", action="store_true", help="put missing guards back")
    doctor.set_defaults(go=_doctor)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; valid example: --port 8001")
    return int(text)


def _serve(chosen: argparse.Namespace) -> int:
    from . import serve

    return serve.serve(host=chosen.host, port=chosen.port, reload=chosen.reload)


def _test(chosen: argparse.Namespace) -> int:
    from . import testing

    return testing.run(everything=chosen.all, arguments=chosen.rest)


def _demo(chosen: argparse.Namespace) -> int:
    """Renew or remove the demo; a real installation may be rid of one, but never get one."""
    if chosen.reset and place.mode() == "production":
        raise Refused("This is a real installation; a demo is made in a folder without .env.")
    word = "--reset" if chosen.reset else "--remove"
    return manage(["migrate", "--verbosity", "0"]) or manage(["demo", word])


def _lint(chosen: argparse.Namespace) -> int:
    from . import lint

    return lint.run(fix=chosen.fix)


def _doctor(chosen: argparse.Namespace) -> int:
    """Ask Django's side; without an environment, say what can be said from outside."""
    if venv.is_ready():
        mend = ["--reinstall-guards"] if chosen.reinstall_guards else []
        return manage(["doctor", "--port", str(chosen.port), *mend])
    from . import machine

    findings = [*machine.findings(port=chosen.port)]
    findings.append(machine.Finding("environment", ".venv is not complete", "./run"))
    print("\n".join(finding.line() for finding in findings))
    return 1
