"""Whatever is typed or piped in: an answer in the contract's form or one line on standard error, never a traceback."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediane.config.cli.main import main
from mediane.mediation.referrals.rules import DAYS, REQUESTER_KINDS, YES_NO

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
DAY = st.dates().map(str) | st.sampled_from(
    ["2024-02-29", "2023-02-29", "2024-2-1", "0000-01-01", "９９９９-01-01", "2024-01-01\n", "9999-12-31"]
)
PERIOD = st.from_regex(r"[0-9]{1,6}(d|m|y|wd)", fullmatch=True) | st.sampled_from(
    ["", "2 mois", "-1d", "1e3d", "٣d", "d", "999999999y"]
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "id": ANYTHING,
        **dict.fromkeys(DAYS, DAY | ANYTHING),
        **{name: st.booleans() | st.none() | ANYTHING for name in YES_NO},
        "requester_kind": st.sampled_from(REQUESTER_KINDS) | ANYTHING,
        "answer": st.sampled_from(["satisfied", "partly", "refused"]) | ANYTHING,
        "rules": ANYTHING
        | st.fixed_dictionaries(
            {},
            optional={
                "premature_wait": PERIOD | ANYTHING,
                "levels_required": st.integers(0, 3) | ANYTHING,
                "max_age_of_complaint": PERIOD,
                "rejection": PERIOD,
                "mediation": PERIOD,
                "acceptance_period": PERIOD,
            },
        ),
        "other": ANYTHING,
    },
)
FORM = {"id", "findings", "premature_until", "refer_before", "decision_due", "mediation_due", "answers_due", "limitation_resumes_at_least_until",
        "computed", "explanations"}  # fmt: skip


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Exit status, bytes on standard output, text on standard error."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict"), io.StringIO()
    with (
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            status = main(list(arguments))
        except SystemExit as leaving:
            status = int(leaving.code or 0)
    out.flush()
    return status, out.buffer.getvalue(), err.getvalue()


def strict(text: bytes) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text.decode("utf-8"), parse_constant=refuse)


def check_one(facts: Any, found: dict[str, Any]) -> None:
    if "error" in found:
        assert set(found) == {"id", "error"} and set(found["error"]) == {"field", "text"}
        assert found["error"]["text"] and "{" not in found["error"]["field"]
    else:
        assert set(found) == FORM
        assert found["computed"] in ("admissible", "inadmissible", "premature", "to_check")
    if isinstance(facts, dict):
        assert found["id"] == facts.get("id")


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FACTS | ANYTHING, max_size=4) | FACTS | ANYTHING)
def test_assess_answers_any_json(facts):
    try:
        piped = json.dumps(facts, allow_nan=False).encode()
    except ValueError:  # NaN is no JSON: refused whole
        status, out, err = run("assess", "-", stdin=json.dumps(facts).encode())
        assert (status, out, err.count("\n")) == (2, b"", 1)
        return
    status, out, err = run("assess", "-", stdin=piped)
    assert (status, err) == (0, "")
    found = strict(out)
    if isinstance(facts, list):
        assert len(found) == len(facts)
        for one, answer in zip(facts, found, strict=True):
            check_one(one, answer)
    else:
        check_one(facts, found)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_assess_of_any_bytes_is_an_answer_or_one_line(data):
    status, out, err = run("assess", "-", stdin=data)
    if status == 0:
        strict(out)
        assert err == ""
    else:
        assert (status, out, err.count("\n")) == (2, b"", 1)


@pytest.mark.parametrize(
    "data",
    [
        b'{"id": 1e999}',
        b'{"id": -1e999}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"rules": {"levels_required": 1e999}}',
    ],
)
def test_a_number_that_no_json_can_give_back_is_refused(data):
    status, out, err = run("assess", "-", stdin=data)
    assert (status, out, err.count("\n")) == (2, b"", 1)


def test_half_a_character_is_given_back_as_it_came():
    status, out, err = run("assess", "-", stdin=b'{"id": "\\ud800", "answer": "\\udfff"}')
    assert (status, err) == (0, "")
    assert json.loads(out)["id"] == "\ud800"


@settings(max_examples=250, deadline=None)
@given(
    DAY | st.text(max_size=12),
    PERIOD | st.text(max_size=8),
    st.sampled_from(["FR", "FR-57", "FR-974", "fr-2a"]) | st.text(max_size=8),
)
def test_deadline_of_any_words_is_an_answer_or_one_line(start, add, calendar):
    status, out, err = run("deadline", f"--start={start}", f"--add={add}", f"--calendar={calendar}", "--json")
    if status == 0:
        assert list(strict(out)) == ["start", "add", "calendar", "end", "steps"]
        assert err == ""
    else:
        assert (status, out) == (2, b"")
        assert err.count("\n") == 1 and err.startswith("mediane deadline: ")


def test_both_answer_within_a_second_of_the_start_of_python(tmp_path):
    """The best of five, so that a busy machine does not decide; what an empty Python takes is taken off."""
    file = tmp_path / "facts.json"
    file.write_text(json.dumps([{"received_on": "2024-05-10", "complaint_on": "2024-01-15"}] * 200), encoding="utf-8")

    def best(*command: str) -> float:
        took = []
        for _n in range(5):
            began = time.perf_counter()
            subprocess.run([sys.executable, *command], capture_output=True, check=True)
            took.append(time.perf_counter() - began)
        return min(took)

    nothing = best("-c", "pass")
    say = "import sys; from mediane.config.cli.main import main; raise SystemExit(main(sys.argv[1:]))"
    assert best("-c", say, "assess", str(file)) - nothing < 1
    assert best("-c", say, "deadline", "--start", "2024-03-25", "--add", "400wd", "--json") - nothing < 1
