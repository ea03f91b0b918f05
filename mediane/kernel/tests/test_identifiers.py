import re

import pytest

from mediane.kernel import identifiers as ids


def test_siren():
    assert ids.is_siren("356000000")  # La Poste
    assert ids.is_siren("218400562")  # a commune
    assert not ids.is_siren("356000001")
    assert not ids.is_siren("356 000 000")
    assert not ids.is_siren("35600000")
    assert not ids.is_siren("")


def test_siret():
    assert ids.is_siret("35600000000048")
    assert ids.is_siret("35600000049837")  # La Poste's own sum of digits
    assert not ids.is_siret("35600000000049")
    assert not ids.is_siret("3560000000004")
    assert not ids.is_siret("356 000 000 00048")


def test_case_numbers():
    assert ids.case_number(2026, 4817) == "2026-04817"
    assert ids.case_number(2026, 123456) == "2026-123456"
    assert ids.case_number(9999, 1) == "9999-00001"
    for year, rank in ((2026, 0), (10000, 1), (999, 1)):
        with pytest.raises(ValueError):
            ids.case_number(year, rank)


def test_access_codes_can_be_dictated():
    codes = {ids.new_access_code() for _ in range(300)}
    assert len(codes) == 300
    for code in codes:
        assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
        assert ids.fit_for_dictation(code.split())


@pytest.mark.parametrize(
    "groups",
    [
        ["0000", "1357", "2468", "9753"],
        ["1234", "1357", "2468", "9753"],
        ["9876", "1357", "2468", "9753"],
        ["1357", "2468", "1357", "9753"],
    ],
)
def test_codes_that_a_voice_cannot_carry_are_not_given(groups):
    assert not ids.fit_for_dictation(groups)


def test_few_codes_are_lost_to_dictation():
    refused = sum(not ids.fit_for_dictation([f"{n:04d}", "1359", "2648", "9053"]) for n in range(10_000))
    assert refused == 10 + 7 + 7 + 3  # one digit, runs up, runs down, the three others again


def test_verification_codes():
    code = ids.new_verification_code()
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", code)
    assert ids.normal_verification_code(code.lower().replace("-", " ")) == code
    assert len(set(ids.UNAMBIGUOUS)) == 32
    assert not set(ids.UNAMBIGUOUS) & set("01IO")
    for wrong in ("", code[:-1], code + "2", "0" + code[1:]):
        with pytest.raises(ValueError):
            ids.normal_verification_code(wrong)
