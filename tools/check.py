"""`make check`: what can be said of the sources without running the product. All steps run; the ones that fail say why at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SOURCES = ["mediane", "tests", "tools", "bench", "conftest.py"]

# Longest first: two run at a time.
STEPS: dict[str, list[str]] = {
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "migrations": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "templates": [sys.executable, "-m", "mediane.config.templates"],
    "generated documents": [sys.executable, "-m", "mediane.config.docs", "--check"],
    "imports": [str(BIN / "lint-imports"), "--no-cache"],
    "html": [str(BIN / "djlint"), "--lint", "--quiet", "mediane"],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", *SOURCES],
    "lint": [str(BIN / "ruff"), "check", "--quiet", *SOURCES],
}


def step(name: str) -> tuple[str, bool, str, float]:
    began = time.monotonic()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "mediane.config.settings", "PYTHONWARNINGS": "ignore"}
    env.setdefault("MEDIANE_HOME", str(ROOT / "var" / "check"))
    done = subprocess.run(STEPS[name], capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    return name, done.returncode == 0, (done.stdout + done.stderr).strip(), time.monotonic() - began


def main() -> int:
    failed: list[tuple[str, str]] = []
    with ThreadPoolExecutor(2) as pool:
        for name, passed, said, seconds in pool.map(step, sys.argv[1:] or STEPS):
            print(f"{'ok    ' if passed else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
            if not passed:
                failed.append((name, said))
    for name, said in failed:
        print(f"\n==== {name}: {' '.join(Path(part).name for part in STEPS[name])}\n{said}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
