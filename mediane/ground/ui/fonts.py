"""The typefaces of the screens, cut to what French and its neighbours need.

The complete typefaces come with the packages ``fontpkg-inter`` and ``fontpkg-source-serif-4`` (SIL Open Font Licence
1.1). The files weigh 2.9 MB and a page needs 120 KB of them: this module keeps Latin letters, the weights and the
figures we use, and writes WOFF2 files beside the style sheets. They are built at install, never committed: ``python
-m mediane.ground.ui.fonts``."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "ui" / "fonts"

# Latin of European languages and of the names people bear in France (Vietnamese included), punctuation, euro, arrows,
# comparison.
_UNICODES = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    0x192,
    *range(0x2C6, 0x2DE),
    *range(0x1E80, 0x1EFA),
    *range(0x2002, 0x2050),
    0x2070,
    *range(0x2074, 0x2090),
    0x20AC,
    0x2116,
    0x2122,
    *range(0x2190, 0x2194),
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    0x25CF,
]
_FEATURES = [
    "kern",
    "mark",
    "mkmk",
    "ccmp",
    "locl",
    "liga",
    "calt",
    "tnum",
    "lnum",
    "pnum",
    "ordn",
    "sups",
    "cv05",
    "ss03",
]


@dataclass(frozen=True, slots=True)
class Face:
    """One file to write. ``axes`` pins an axis (number) or narrows it (pair)."""

    name: str
    package: str
    source: str
    axes: dict[str, float | tuple[float, float]]


FACES = (
    Face("inter", "fontpkg_inter", "Inter[opsz,wght].ttf", {"opsz": 14, "wght": (400, 700)}),
    Face("source-serif", "fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", {"opsz": 20, "wght": (400, 600)}),
    Face(
        "source-serif-italic", "fontpkg_source_serif_4", "SourceSerif4-Italic[opsz,wght].ttf", {"opsz": 20, "wght": 400}
    ),
)


def build(folder: Path = FOLDER, *, again: bool = False) -> list[Path]:
    """Write the missing faces into ``folder`` (all of them when ``again``) and return what was written."""
    missing = [face for face in FACES if again or not (folder / f"{face.name}.woff2").exists()]
    if not missing:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(max_workers=min(len(missing), os.cpu_count() or 1)) as pool:  # seconds of pure Python each
        return list(pool.map(_cut, missing, [folder / f"{face.name}.woff2" for face in missing]))


def _cut(face: Face, target: Path) -> Path:
    # Imported here: only the installer pays for fontTools.
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    with resources.as_file(resources.files(face.package) / "files" / face.source) as path:
        font = TTFont(path, lazy=True)
        options = Options(flavor="woff2", layout_features=_FEATURES, hinting=False, notdef_outline=True)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=_UNICODES)
        subsetter.subset(font)  # before the axes: the fewer glyphs, the quicker
        font = instancer.instantiateVariableFont(font, face.axes, inplace=True, updateFontNames=False)
        font.flavor = "woff2"
        partial = target.with_suffix(".part")
        font.save(partial)
    partial.replace(target)  # a half-written face is never served
    return target


def main() -> int:
    for path in build(again="--again" in sys.argv):
        sys.stdout.write(f"{path.name} {path.stat().st_size // 1024} KB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
