"""Run a command with DATABASE_URL naming a temporary Debian PostgreSQL 15: `python tools/external.py pytest …`.

The login owns its database and may make roles, no more: the product then prepares itself as it would on somebody's server (ADR 0002).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
LOGIN = "mediane_login"


def main(command: list[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    if not (PROGRAMS / "initdb").exists() and not fetch():
        print("PostgreSQL 15 is not there: sudo apt-get install postgresql-15", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="mediane-external-"))
    who: dict[str, object] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(folder, "nobody", "nogroup")
    try:
        data = folder / "data"
        quietly(
            [PROGRAMS / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N"],
            who,
        )
        with (folder / "log").open("w") as log:
            options = {
                "listen_addresses": "",
                "unix_socket_directories": folder,
                "fsync": "off",
                "max_connections": "100",
            }
            settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
            server = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", data, *settings], stdout=log, stderr=log, cwd="/", **who
            )  # type: ignore[call-overload]
        try:
            connect = [
                PROGRAMS / "psql",
                "-q",
                "-h",
                folder,
                "-U",
                "postgres",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                "postgres",
            ]
            wait_for(server, [*connect, "-c", ""], folder / "log")
            quietly(
                [
                    *connect,
                    "-c",
                    f"CREATE ROLE {LOGIN} LOGIN CREATEDB CREATEROLE",
                    "-c",
                    f"CREATE DATABASE mediane OWNER {LOGIN}",
                ],
                {},
            )
            env = {**os.environ, "DATABASE_URL": f"postgresql://{LOGIN}@/mediane?host={folder}"}
            env.pop("DATABASE_MIGRATE_URL", None)
            return subprocess.run(command, env=env, check=False).returncode
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetch() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql-15"]
    for before in ([], ["apt-get", "update", "-qq"]):
        if before:
            subprocess.run(before, env=env, check=False)
        if subprocess.run(install, env=env, stdout=2, check=False).returncode == 0:
            return True
    return False


def quietly(command: list[object], who: dict[str, object]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd="/", check=False, **who)  # type: ignore[call-overload]
    if done.returncode:
        raise SystemExit(f"{Path(str(command[0])).name}: {done.stderr.strip()}")


def wait_for(server: subprocess.Popen[bytes], probe: list[object], log: Path) -> None:
    deadline = time.monotonic() + 30
    while subprocess.run([str(part) for part in probe], capture_output=True, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"PostgreSQL 15 does not start: {log.read_text()[-500:]}")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
