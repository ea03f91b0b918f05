"""How a step of the procedure declares its letters: the kind, its facts and how they are read from a case stand together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from mediane.ground.correspondence.frames import LetterContext, Party, Sample
from mediane.ground.correspondence.kinds import LetterKind

if TYPE_CHECKING:
    from mediane.mediation.referrals.letters.facts import Facts

TEXTS = Path(__file__).parent / "texts"
TO_CONSUMER: tuple[Party, ...] = ("consumer",)
TO_TRADER: tuple[Party, ...] = ("trader",)
TO_BOTH: tuple[Party, ...] = ("consumer", "trader")


class ReferralLetter(LetterContext, ABC):
    """What a letter of this room says. A field without a default may not be empty: a refusal without its reason is itself refused."""

    @classmethod
    @abstractmethod
    def of(cls, f: Facts) -> Self:
        """Read from the case at the moment of the move; what only the move knows stands in `f.extra`."""


C = TypeVar("C", bound=type[ReferralLetter])


class Step:
    """The letters of one step, in the order in which they stand in the file."""

    def __init__(self) -> None:
        self._declared: dict[str, LetterKind | None] = {}

    @property
    def kinds(self) -> tuple[LetterKind, ...]:
        return tuple(kind for kind in self._declared.values() if kind is not None)

    def letter(
        self, code: str, label: Any, to: tuple[Party, ...], *, moves: str, when: Any, **more: Any
    ) -> Callable[[C], C]:
        """Declare a kind with the class below as its facts. `moves` are the moves that send it; `when` says the occasion to a jurist;
        `more` as LetterKind (`dated`, `encloses`, `layout`, `content_free`). Several may stand over one class."""
        self._declared[code] = None  # the place; the class comes last, the one nearest to it first

        def declare(context: C) -> C:
            self._declared[code] = LetterKind(
                code=code,
                label=label,
                audiences=to,
                context=context,
                when=when,
                moves=tuple(moves.split()),
                folder=TEXTS,
                samples=_samples,
                **more,
            )
            return context

        return declare


def _samples(code: str, language: str) -> Sequence[Sample]:
    from mediane.mediation.referrals.letters.samples import samples_of

    return samples_of(code, language)
