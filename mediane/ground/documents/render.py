"""Draws a file that we do not trust, in a process of its own: `python -m mediane.ground.documents.render <job.json>`.

Memory, time and file size are bounded by the kernel; a crash of the library that draws takes the worker with it no
further than this process, and what it needed of memory goes back. No Django, no database, no network code.

The job: {"source", "media_type", "folder", "pages", "width", "thumbnail", "pixels", "characters", "flatten"}. The
answer, on standard output: {"pages": [{"page", "file", "width", "height", "text"}], "flat": file or null}; page 0 is
the thumbnail. Exit status 1: it cannot be drawn.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

HEIGHT = 6  # a page taller than this many times its width is cut: receipts are long, bombs are longer


def main(argument: str) -> int:
    job = json.loads(argument)
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000_000, 200_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    draw = draw_pdf if job["media_type"] == "application/pdf" else draw_image
    try:
        answer = draw(job)
    except Exception as error:  # whatever a hostile file makes a decoder raise, the answer is the same
        sys.stderr.write(f"{type(error).__name__}: {str(error)[:200]}\n")
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


def draw_pdf(job: dict[str, Any]) -> dict[str, Any]:
    import pypdfium2

    pages, pictures = [], []
    document = pypdfium2.PdfDocument(job["source"])  # forms are not initialised: no script engine is even loaded
    for number in range(min(len(document), job["pages"])):
        page = document[number]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            continue
        scale = min(job["width"] / width, job["width"] * HEIGHT / height)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        text = page.get_textpage().get_text_range(errors="ignore").replace("\r\n", "\n").replace("\0", "")
        pages.append(_page(job, picture, number + 1, text[: job["characters"]]))
        if number == 0:
            pages.append(_thumbnail(job, picture))
        if job["flatten"]:
            pictures.append(pages[0 if number == 0 else -1]["file"])
        page.close()
    return {"pages": pages, "flat": _flatten(job, pictures) if pictures else None}


def draw_image(job: dict[str, Any]) -> dict[str, Any]:
    from PIL import Image, ImageOps, ImageSequence

    Image.MAX_IMAGE_PIXELS = job["pixels"]
    pages: list[dict[str, Any]] = []
    with Image.open(job["source"], formats=["JPEG", "PNG", "WEBP", "GIF", "TIFF"]) as picture:
        frames = ImageSequence.Iterator(picture) if picture.format == "TIFF" else [picture]
        for number, frame in enumerate(frames, 1):
            if number > job["pages"]:
                break
            if frame.width * frame.height > job["pixels"]:
                raise ValueError("too many pixels")
            if picture.format == "JPEG":
                frame.draft("RGB", (job["width"], job["width"] * HEIGHT))
            upright = ImageOps.exif_transpose(
                frame
            )  # as the telephone was held; where the photograph was taken stays behind
            drawn = _on_white(upright)
            drawn.thumbnail((job["width"], job["width"] * HEIGHT))
            pages.append(_page(job, drawn, number, ""))
            if number == 1:
                pages.append(_thumbnail(job, drawn))
    return {"pages": pages, "flat": None}


def _on_white(picture: Any) -> Any:
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGB", clear.size, "white")
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    if picture.mode in ("I;16", "I", "F"):
        return picture.convert("F").point(lambda value: value / 256).convert("RGB")
    return picture.convert("RGB")


def _page(job: dict[str, Any], picture: Any, number: int, text: str) -> dict[str, Any]:
    file = Path(job["folder"]) / f"{number}.webp"
    picture.save(file, "WEBP", quality=80, method=2)
    return {"page": number, "file": str(file), "width": picture.width, "height": picture.height, "text": text}


def _thumbnail(job: dict[str, Any], picture: Any) -> dict[str, Any]:
    from PIL import Image

    small = picture.copy()
    small.thumbnail((job["thumbnail"], job["thumbnail"] * 2), Image.Resampling.LANCZOS, reducing_gap=3)
    return _page(job, small, 0, "")


def _flatten(job: dict[str, Any], files: list[str]) -> str:
    """The pictures of the pages bound as a PDF: what is handed out instead of an original that acts."""
    from PIL import Image

    flat = Path(job["folder"]) / "flat.pdf"
    pictures = [Image.open(file).convert("RGB") for file in files]
    pictures[0].save(flat, "PDF", save_all=True, append_images=pictures[1:], resolution=job["width"] / 8.27)
    return str(flat)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
