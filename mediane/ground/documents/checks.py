"""What `mediane check` asks of this room."""

from __future__ import annotations

import shutil

from mediane.ground.documents import scan, services
from mediane.ground.documents.limits import limits
from mediane.ground.documents.storage import store
from mediane.kernel.refusals import Refusal


def problems() -> list[str]:
    """One English line per problem, none when all is well:

    The storage takes a file, has room, holds what rows say; the scanner answers.
    """
    found = []
    try:
        store().put(b"mediane check\n")
        if shutil.disk_usage(store().root).free < 10 * limits().total_bytes:
            found.append(f"storage: less than {10 * limits().total_bytes // 1_000_000} MB left in {store().root}")
    except Refusal as refusal:
        found.append(f"storage: {refusal}")
    if missing := services.missing_files():
        found.append(f"storage: the bytes of {len(missing)} pieces are missing, first of them document {missing[0]}")
    if scan.configured() and not scan.ping():
        found.append("virus scanner: configured (CLAMD_SOCKET) and silent")
    return found
