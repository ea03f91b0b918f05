"""From a fresh clone to a working environment, with nothing but python3: `python3 tools/bootstrap.py run [demo] [dev]`.

Makes `.venv`, installs the pinned and hashed requirements (by uv, or by pip where uv cannot work), installs the product in place, compiles what a
clone does not carry (translations, typefaces). Does nothing, in a few milliseconds, when nothing changed. Only the standard library.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
REQUIREMENTS = ROOT / "requirements"
SETS = ("run", "demo", "dev")
OLDEST = (3, 11)


class Failed(Exception):
    """One line for the person."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", choices=SETS)
    parser.add_argument("--pip", action="store_true", help="do not use uv")
    parser.add_argument(
        "--browser", action="store_true", help="see to it that a browser is there for the tests that drive one"
    )
    args = parser.parse_args()
    began = time.monotonic()
    known = stamped()
    # What was asked for once stays: `make demo` must not take away what `make test` brought.
    sets = [name for name in SETS if name in {"run", *args.sets, *known.get("sets", [])}]
    try:
        if known.get("digest") != digest(sets) or not works():
            STAMP.unlink(missing_ok=True)
            make_venv()
            install(sets, use_uv=not args.pip)
            STAMP.write_text(json.dumps({"sets": sets, "digest": digest(sets)}))
            say(f"installed {', '.join(sets)} in {time.monotonic() - began:.1f} s")
        compile_assets()
        if args.browser:
            fetch_browser()
    except Failed as failure:
        say(f"install: {failure}")
        return 1
    return 0


# ---- what there is --------------------------------------------------------------------------------------------------
def stamped() -> dict[str, object]:
    try:
        value = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def digest(sets: list[str]) -> str:
    """Changes with anything that the environment is made of: requirements, entry points, place, version of Python."""
    files = [REQUIREMENTS / f"{name}.txt" for name in ("bootstrap", *sets)] + [ROOT / "pyproject.toml"]
    parts = [path.read_bytes() for path in files] + [str(VENV).encode(), repr(sys.version_info[:2]).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def works() -> bool:
    """A copied or moved environment names another place in its scripts."""
    command = VENV / "bin" / "mediane"
    try:
        return command.read_text().splitlines()[0] == f"#!{PYTHON}" or str(VENV) in command.read_text()[:400]
    except (OSError, IndexError):
        return False


# ---- the environment ------------------------------------------------------------------------------------------------
def interpreter() -> str:
    """A python3 that is recent enough: the one that runs us, or a newer one in the path."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for minor in range(14, OLDEST[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise Failed(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed, this is {sys.version.split()[0]}")


def make_venv() -> None:
    if PYTHON.exists() and run([PYTHON, "-m", "pip", "--version"], quiet=True):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    python = interpreter()
    if not run([python, "-c", "import ensurepip, venv"], quiet=True):
        # Debian splits the standard library.
        package = "python3-venv"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Failed(f"Python cannot make an environment here: install {package} (sudo apt-get install {package})")
        apt(package)
    if not run([python, "-m", "venv", VENV], quiet=True):
        raise Failed(f"{python} could not make the environment {VENV}")


def install(sets: list[str], *, use_uv: bool) -> None:
    files = [REQUIREMENTS / f"{name}.txt" for name in ("bootstrap", *sets)]
    uv = install_uv() if use_uv else None
    if not (uv and sync_by_uv(uv, files)):
        say("installing with pip (slower)")
        wanted = [argument for path in files for argument in ("-r", path)]
        if not run([PYTHON, "-m", "pip", "install", "-q", "--require-hashes", *wanted]):
            raise Failed("the requirements could not be installed: is the package index within reach?")
    # In place, without dependencies and without a build environment of its own: nothing more is fetched.
    if not run([PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", ROOT]):
        raise Failed("the product could not be installed in the environment")


def install_uv() -> Path | None:
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        run([PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", REQUIREMENTS / "bootstrap.txt"])
    return uv if uv.exists() and run([uv, "--version"], quiet=True) else None


def sync_by_uv(uv: Path, files: list[Path]) -> bool:
    """uv does not read pip's configuration: what a machine says there of its indexes is told to uv, unless it has its own."""
    env = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    for name, value in pip_configuration().items():
        env.setdefault(name, value)
    return run([uv, "pip", "sync", "-q", "--require-hashes", "--python", PYTHON, *files], env=env)


def pip_configuration() -> dict[str, str]:
    done = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found: dict[str, str] = {}
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        option = key.rpartition(".")[2]
        if option in names:
            found[names[option]] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    if "UV_FIND_LINKS" in found:
        found["UV_FIND_LINKS"] = found["UV_FIND_LINKS"].replace(" ", ",")
    if found:
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does; every file is checked against its hash
    return found


def compile_assets() -> None:
    """What is made from sources and not committed. Each of these does nothing when it is up to date."""
    for module in ("mediane.config.translations", "mediane.ground.ui.fonts"):
        if (ROOT / Path(*module.split("."))).with_suffix(".py").exists() and not run([PYTHON, "-m", module]):
            raise Failed(f"{module} failed")


def fetch_browser() -> None:
    """Debian's chromium: fetched when we may, else one line says what is not run. Where changes are judged, it must run."""
    if Path("/usr/bin/chromium").exists():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt("chromium")
    elif os.environ.get("CI"):
        raise Failed("no /usr/bin/chromium, and only root can fetch it: journeys in a browser must run here")
    else:
        say(
            "no /usr/bin/chromium: journeys in a browser are not run (sudo apt-get install --no-install-recommends chromium)"
        )


# ---- tools ----------------------------------------------------------------------------------------------------------
def run(command: list[object], *, quiet: bool = False, env: dict[str, str] | None = None) -> bool:
    sink = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            [str(part) for part in command], stdout=sink or 2, stderr=sink, cwd=ROOT, env=env, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def apt(*packages: str) -> None:
    say(f"fetching {' '.join(packages)} from Debian")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if not run(command, quiet=True, env=env):
        run(["apt-get", "update", "-qq"], quiet=True, env=env)
        if not run(command, env=env):
            raise Failed(f"apt-get could not install {' '.join(packages)}")


if __name__ == "__main__":
    sys.exit(main())
