"""The launcher's parts, each without a real start."""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from hospital.launch import lint, lock, machine, main, misconfigured, place, serve, supervise, venv
from hospital.launch.supervise import Child
from hospital.settings.environment import Misconfigured


@pytest.fixture
def own_var(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENWARD_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("OPENWARD_MODE", "demo")
    return tmp_path


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.usefixtures("own_var")
def test_a_taken_port_is_one_sentence_that_offers_the_next(taken_port, capsys):
    code = main.main(["--port", str(taken_port)])

    said = capsys.readouterr()
    assert code == 1
    assert said.err == (
        f"✗ Port {taken_port} is taken by another program; try ./run --port {taken_port + 1}\n"
    )
    assert said.out == ""


@pytest.mark.usefixtures("own_var")
def test_an_address_of_another_machine_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("OPENWARD_MODE", "production")

    assert main.main(["serve", "--host", "192.0.2.1"]) == 1
    assert capsys.readouterr().err == "✗ 192.0.2.1 is not an address of this machine\n"


def test_nothing_is_prepared_when_the_port_is_taken(own_var, taken_port):
    main.main(["--port", str(taken_port)])

    assert list(own_var.iterdir()) == []


@pytest.mark.usefixtures("own_var")
def test_a_demo_serves_this_machine_only(capsys):
    assert main.main(["serve", "--host", "192.0.2.1"]) == 1
    assert "The demo serves this machine only" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_strange_port_is_refused_with_an_example(port, capsys):
    with pytest.raises(SystemExit):
        main.main(["serve", f"--port={port}"])
    assert "valid example: --port 8001" in capsys.readouterr().err


def test_the_command_itself_is_understood_by_old_pythons():
    source = (place.ROOT / "run").read_text("utf-8")

    ast.parse(source, feature_version=(3, 6))
    assert os.access(place.ROOT / "run", os.X_OK)


def test_an_old_python_gets_one_sentence():
    script = (
        "import runpy, sys, shutil; sys.version_info = (3, 8, 10, 'final', 0); "
        "shutil.which = lambda name: None; sys.argv = ['run']; "
        f"runpy.run_path({str(place.ROOT / 'run')!r}, run_name='__main__')"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr == (
        "Openward needs Python 3.11 or newer, and this is Python 3.8; install python3.11 and run "
        "this again.\n"
    )


def test_the_launcher_imports_nothing_that_pip_installs():
    names = "main serve supervise venv lock machine testing postgres lint misconfigured"
    script = "import sys; sys.path.insert(0, '.')\n" + "\n".join(
        f"import hospital.launch.{name}" for name in names.split()
    )

    subprocess.run([sys.executable, "-I", "-S", "-c", script], cwd=place.ROOT, check=True)


def test_a_missing_venv_module_names_the_package(monkeypatch, tmp_path):
    monkeypatch.setattr(venv, "folder", lambda: tmp_path / ".venv")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(
        place.Refused, match=rf"apt-get install python3\.{sys.version_info[1]}-venv"
    ):
        venv.ensure()


def test_a_full_disk_is_said_before_anything_is_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(venv, "folder", lambda: tmp_path / ".venv")
    monkeypatch.setattr(venv, "INSTALL_BYTES", 2**60)

    with pytest.raises(place.Refused, match="No disk space"):
        venv.ensure()
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("WARNING: Retrying ... Temporary failure in name resolution", "package index cannot be"),
        ("ERROR: No matching distribution found for Django==5.2", "package index cannot be"),
        ("OSError: [Errno 28] No space left on device", "No disk space"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "hash differs"),
        ("ERROR: something else\n", "ERROR: something else"),
    ],
)
def test_a_failed_installation_says_why(output, sentence, tmp_path):
    assert sentence in venv._why(output, tmp_path / "pip.log")


def test_an_unchanged_lock_is_not_installed_again(monkeypatch, tmp_path):
    monkeypatch.setattr(venv, "folder", lambda: tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert not venv.is_ready()

    venv._stamp("requirements.txt").write_text(venv._digest("requirements.txt"))

    assert venv.is_ready()
    assert not venv.is_ready("requirements-dev.txt")


def test_two_starts_prepare_one_after_the_other(tmp_path, capsys):
    order, entered, leave = [], threading.Event(), threading.Event()

    def first():
        with lock.held(tmp_path / "start.lock"):
            entered.set()
            leave.wait(10)
            order.append("first")

    def second():
        with lock.held(tmp_path / "start.lock"):
            order.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    entered.wait(10)
    threads[1].start()
    leave.set()
    for thread in threads:
        thread.join(10)

    assert order == ["first", "second"]


def test_one_that_ends_stops_the_other(tmp_path):
    lasting = Child("worker", [sys.executable, "-c", "import time; time.sleep(60)"])
    ending = Child("web server", [sys.executable, "-c", "raise SystemExit(3)"])

    with pytest.raises(place.Refused, match=r"web server stopped by itself \(exit code 3\)"):
        supervise.supervise([ending, lasting], ready=tmp_path / "ready", banner=str)
    assert lasting.process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_asked_to_stop_stops_both_and_is_no_failure(tmp_path, capsys, number):
    ready = tmp_path / "ready"
    code = f"import time, pathlib; pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    children = [Child("web server", [sys.executable, "-c", code])]

    def banner():
        os.kill(os.getpid(), number)
        return "the banner"

    assert supervise.supervise(children, ready=ready, banner=banner) == 0
    assert children[0].process.returncode == -signal.SIGTERM
    assert "the banner" in capsys.readouterr().out
    assert not ready.exists()


def test_the_banner_survives_a_demo_without_its_list(tmp_path):
    assert "http://localhost:8000" in serve._demo_banner("http://localhost:8000", tmp_path / "no")


def test_the_list_of_sign_ins_knows_the_address_of_this_start(tmp_path):
    path = tmp_path / "demo.json"
    path.write_text('{"url": "http://localhost:8000", "tokens": {"NORTH": "ow_1"}}')

    serve._note_address(path, "http://localhost:8001")

    assert json.loads(path.read_text()) == {
        "url": "http://localhost:8001",
        "tokens": {"NORTH": "ow_1"},
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_port_of_our_own_server_is_no_problem(own_var, taken_port):
    assert "taken by another program" in machine.port_use("127.0.0.1", taken_port).problem
    (own_var / f"serving-{taken_port}").write_text(f"{os.getpid()} {taken_port}")
    assert machine.port_use("127.0.0.1", taken_port).problem == ""


def test_an_unwritable_folder_is_found(tmp_path):
    (tmp_path / "file").touch()

    assert machine.writable(tmp_path / "file" / "var").problem
    assert machine.writable(tmp_path / "var").problem == ""


def test_what_is_kept_is_its_owners_alone(tmp_path):
    """The records of a small hospital lie in there."""
    folder = place.make(tmp_path / "var")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert machine.private(folder).problem == ""
    folder.chmod(0o755)
    finding = machine.private(folder)
    assert (finding.problem, finding.remedy) == (
        f"{folder} can be read by others",
        f"chmod 700 {folder}",
    )


def test_a_full_disk_is_found(tmp_path):
    assert "are needed" in machine.disk(tmp_path / "var", needed=2**60).problem


@pytest.mark.usefixtures("own_var")
def test_misconfiguration_is_told_in_sentences_and_the_doctor_goes_on():
    wrong = Misconfigured(["DATABASE_URL cannot be read; valid example: …"])

    assert misconfigured.report(["migrate"], wrong).startswith("✗ DATABASE_URL cannot be read")
    report = misconfigured.report(["doctor"], wrong)
    assert "✓ Python" in report
    assert "✗ settings     DATABASE_URL cannot be read" in report


def test_every_direct_dependency_is_pinned():
    assert lint._requirements() == ""
