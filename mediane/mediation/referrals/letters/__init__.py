"""The letters of the procedure, one module a step, in the order in which a case meets them.

In a step each letter stands whole: on which occasion and to whom (`@step.letter`), its facts (the class), how they are read from a case (`of`).
Its words are in `texts/<language>/<code>.md`, the statements with their articles in `texts/statements.toml`, its trials in `samples/<step>.py`;
`writing.queue` sends it. The machine is `ground.correspondence`.
"""

from __future__ import annotations

from mediane.ground.correspondence.kinds import register
from mediane.mediation.referrals.letters import (
    conflict,
    ending,
    entry,
    exchange,
    execution,
    notification,
    orientation,
    proposal,
    receiving,
    refusal,
    result,
)

STEPS = (
    receiving,
    refusal,
    orientation,
    notification,
    entry,
    exchange,
    conflict,
    proposal,
    result,
    execution,
    ending,
)
KINDS = tuple(kind for module in STEPS for kind in module.step.kinds)

register(*KINDS)
