"""`analogbench serve`: the page and nothing else, over HTTP; asked as a browser asks, without one."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from analogbench.cli.main import main
from analogbench.cli.run_options import Asked
from analogbench.cli.watching import Watched
from analogbench.errors import UsageError
from analogbench.records.claims import Claims
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.registry import Registry
from analogbench.report.page.server import PageServer
from tests.report.conftest import MakeRecord, grid, make

__all__ = ["grid", "make"]

Answer = tuple[int, http.client.HTTPMessage, str]


def asked(results: Path, **kw: object) -> Asked:
    return Asked(**{"seeds": None, "budget": None, "results": results} | kw)  # type: ignore[arg-type]


@pytest.fixture
def results(grid: list[Record], tmp_path: Path) -> Path:
    for record in grid:
        Store(tmp_path).save(record)
    return tmp_path


@pytest.fixture
def watched(results: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr("analogbench.cli.watching.REST", 0.0)
    return Watched(asked(results), registry)


@pytest.fixture
def server(watched: Watched) -> Iterator[PageServer]:
    with PageServer("127.0.0.1", 0, watched.page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server: PageServer, path: str = "/", method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def test_the_page_is_sent_once_and_again_when_a_record_comes(
    server: PageServer, results: Path, make: MakeRecord
) -> None:
    status, headers, page = ask(server)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "tiki-taka" in page
    assert "connect-src 'self'" in headers["Content-Security-Policy"]
    tag = headers["ETag"]
    assert ask(server, If_None_Match=tag)[::2] == (304, "")
    Store(results).save(make("newcomer", "ideal"))
    status, headers, page = ask(server, If_None_Match=tag)
    assert (status, headers["ETag"] != tag, "newcomer" in page) == (200, True, True)


def test_a_record_that_goes_or_breaks(server: PageServer, results: Path) -> None:
    paths = sorted((results / "records").rglob("*.json"))
    paths[0].unlink()
    paths[1].write_text("{")
    page = ask(server)[2]
    assert "13 cells" in page
    assert f"not counted: {paths[1].relative_to(results).as_posix()}: " in page


@pytest.mark.parametrize(
    "path", ["/records/", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/index.html/../x", "/data"]
)
def test_there_is_nothing_else(server: PageServer, path: str) -> None:
    assert ask(server, path)[::2] == (404, "404 Not Found\n")


def test_methods(server: PageServer) -> None:
    status, headers, body = ask(server, method="HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 1000
    assert [ask(server, method=method)[0] for method in ("POST", "PUT", "DELETE")] == [501] * 3


def test_a_name_that_is_made_to_lead_here_gets_nothing(server: PageServer) -> None:
    port = server.server_address[1]
    assert ask(server, Host=f"evil.example:{port}")[0] == 421
    assert ask(server, Host=f"localhost:{port}")[0] == 200
    assert ask(server, Host="localhost")[0] == 421


def test_on_the_port_of_http_browsers_name_none(server: PageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    port = server.server_address[1]
    monkeypatch.setattr(server, "server_address", ("127.0.0.1", 80))
    for host, status in (("localhost", 200), ("127.0.0.1:80", 200), ("evil.example", 421)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/", headers={"Host": host})
        assert connection.getresponse().status == status, host
        connection.close()


def test_it_says_who_is_at_work(watched: Watched, results: Path, grid: list[Record]) -> None:
    assert "No run is at work." in watched.page()
    with Claims(results) as claims:
        assert claims.take("e" * 64) is None
        page = watched.page()
        assert f"1 cell running: process {os.getpid()} on " in page
        assert re.search(r'<li class="running"><b>1</b> running', page)
    assert "No run is at work." in watched.page()


def test_progress_of_a_selection(results: Path, registry: Registry, make: MakeRecord) -> None:
    selection = {"algorithms": ("half",), "devices": ("soft",), "tasks": ("line",)}
    page = Watched(asked(results, seeds="4", budget="smoke", **selection), registry).page()
    assert '<li class="missing"><b>4</b> missing' in page
    with pytest.raises(UsageError, match="--seeds and --budget belong to"):
        Watched(asked(results, seeds="4"), registry).page()


def test_before_anything_is_recorded(tmp_path: Path, registry: Registry) -> None:
    assert "Nothing is recorded here yet." in Watched(asked(tmp_path / "none"), registry).page()
    assert not (tmp_path / "none").exists()


def test_records_that_have_not_changed_are_not_read_again(
    watched: Watched, results: Path, make: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = watched.page()
    assert watched.page() is first
    Store(results).save(make("newcomer", "ideal"))
    read: list[Path] = []
    monkeypatch.setattr("analogbench.cli.watching._read", read.append)
    watched.page()
    assert len(read) == 1


@pytest.mark.usefixtures("fakes")
def test_a_port_that_is_taken(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--results", str(results), "--port", str(port)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"analogbench: cannot listen at 127.0.0.1:{port}: Address already in use; choose another")


@pytest.mark.usefixtures("fakes")
def test_a_host_that_is_none(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--results", str(results), "--host", "999.1.1.1"]) == 2
    assert capsys.readouterr().err.startswith("analogbench: cannot listen at 999.1.1.1:8765: ")


def test_ctrl_c_ends_it(results: Path) -> None:
    code = "import sys; from analogbench.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", "--results", str(results), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.search(r" at http://127\.0\.0\.1:\d+/ \(Ctrl-C ends it\)$", line)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.splitlines()[-1]) == (130, "analogbench: interrupted")
