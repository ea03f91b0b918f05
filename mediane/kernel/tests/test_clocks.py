import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediane.kernel.clocks import ClockEvent, Interval, corrected, extended, handed, read, resumed, started, stopped
from mediane.kernel.periods import Period, last_day

NINETY = Period.parse("90d")
NOTIFIED = date(2026, 9, 14)
START = started(NOTIFIED, NINETY, basis="article R.\u00a0612-5", rule="mediation/3")
TODAY = date(2026, 10, 1)


def test_a_running_clock():
    reading = read([START])
    assert (reading.start, reading.due, reading.first_due) == (NOTIFIED, date(2026, 12, 13), date(2026, 12, 13))
    assert reading.running
    assert (reading.basis, reading.rule, reading.hand) == ("article R.\u00a0612-5", "mediation/3", "mediation")
    assert (reading.days_total, reading.days_elapsed(TODAY), reading.days_left(TODAY), reading.late_by(TODAY)) == (
        90,
        17,
        73,
        0,
    )


def test_the_last_day_is_included_and_the_next_is_late():
    reading = read([START])
    last, next_day = date(2026, 12, 13), date(2026, 12, 14)
    assert (reading.days_left(last), reading.late_by(last)) == (0, 0)
    assert (reading.days_left(next_day), reading.late_by(next_day)) == (0, 1)
    assert reading.days_elapsed(next_day) == 91
    assert reading.days_elapsed(NOTIFIED - timedelta(5)) == 0


def test_an_extension_moves_the_date_and_keeps_the_first():
    reading = read([START, extended(date(2026, 12, 1), date(2027, 1, 31), "expertise")])
    assert (reading.due, reading.first_due) == (date(2027, 1, 31), date(2026, 12, 13))
    (former,) = reading.superseded
    assert (former.due, former.why, former.on, former.by) == (
        date(2026, 12, 13),
        "expertise",
        date(2026, 12, 1),
        date(2027, 1, 31),
    )
    assert reading.days_total == 139


def test_an_extension_may_come_after_the_date_but_never_be_to_an_earlier_one():
    late = extended(date(2027, 1, 4), date(2027, 2, 1), "pièces tardives")
    assert read([START, late]).due == date(2027, 2, 1)
    with pytest.raises(ValueError, match="later date"):
        read([START, extended(date(2026, 10, 1), date(2026, 12, 12), "non")])


def test_a_corrected_start_counts_anew_and_says_why():
    reading = read([START, corrected(date(2026, 9, 20), "lettres parties le lendemain", start=date(2026, 9, 15))])
    assert (reading.start, reading.due, reading.first_due) == (
        date(2026, 9, 15),
        date(2026, 12, 14),
        date(2026, 12, 14),
    )
    assert [(s.due, s.why) for s in reading.superseded] == [(date(2026, 12, 13), "lettres parties le lendemain")]


def test_a_corrected_start_leaves_an_extension_as_it_was_given():
    events = [
        START,
        extended(date(2026, 12, 1), date(2027, 1, 31), "expertise"),
        corrected(date(2026, 12, 2), "erreur", start=date(2026, 9, 15)),
    ]
    reading = read(events)
    assert (reading.due, reading.first_due) == (date(2027, 1, 31), date(2026, 12, 14))
    assert len(reading.superseded) == 1


def test_a_corrected_start_leaves_a_date_that_a_person_fixed():
    reading = read(
        [started(NOTIFIED, due=date(2026, 10, 1)), corrected(date(2026, 9, 20), "erreur", start=date(2026, 9, 10))]
    )
    assert (reading.start, reading.due, reading.first_due) == (date(2026, 9, 10), date(2026, 10, 1), date(2026, 10, 1))
    assert reading.superseded == ()


def test_a_corrected_date_replaces_the_one_in_force():
    plain = read([START, corrected(date(2026, 9, 20), "faute de frappe", due=date(2026, 12, 10))])
    assert (plain.due, plain.first_due) == (date(2026, 12, 10), date(2026, 12, 10))
    extension = extended(date(2026, 12, 1), date(2027, 1, 31), "expertise")
    both = read([START, extension, corrected(date(2026, 12, 2), "faute de frappe", due=date(2027, 1, 30))])
    assert (both.due, both.first_due) == (date(2027, 1, 30), date(2026, 12, 13))
    assert [s.kind for s in both.superseded] == ["extended", "corrected"]
    with pytest.raises(ValueError, match="before it starts"):
        read([START, corrected(date(2026, 9, 20), "non", due=date(2026, 9, 13))])


def test_a_stopped_clock_stands_still():
    reading = read([START, stopped(date(2026, 10, 14), "proposal")])
    assert (reading.stopped_on, reading.stop_reason) == (date(2026, 10, 14), "proposal")
    for day in (date(2026, 10, 14), date(2027, 10, 14)):
        assert (reading.days_elapsed(day), reading.days_left(day), reading.late_by(day)) == (30, 60, 0)
    assert reading.days_elapsed(date(2026, 10, 1)) == 17
    late = read([START, stopped(date(2026, 12, 20), "end")])
    assert late.late_by(date(2027, 6, 1)) == 7


def test_a_resumed_clock_counts_as_if_it_had_never_stopped():
    reading = read(
        [START, stopped(date(2026, 10, 14), "withdrawal"), resumed(date(2026, 10, 20), "retrait par erreur")]
    )
    unbroken = read([START])
    assert reading.running
    assert (reading.due, reading.days_elapsed(date(2026, 11, 1))) == (
        unbroken.due,
        unbroken.days_elapsed(date(2026, 11, 1)),
    )


def test_a_proposal_stops_for_good():
    reading = read([START, stopped(date(2026, 10, 14), "proposal"), resumed(date(2026, 11, 20), "silence")])
    assert reading.stopped_on == date(2026, 10, 14)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "begins with its start"),
        ([stopped(TODAY, "end")], "begins with its start"),
        ([START, START], "starts once"),
        ([START, stopped(TODAY, "end"), stopped(TODAY, "end")], "stopped already"),
        ([START, resumed(TODAY, "x")], "the clock runs"),
        ([START, stopped(TODAY, "end"), resumed(TODAY - timedelta(1), "x")], "after it stopped"),
    ],
)
def test_an_order_that_means_nothing_is_refused(events, said):
    with pytest.raises(ValueError, match=said):
        read(events)


def test_an_event_without_data_is_read():
    assert ClockEvent.of("stopped", TODAY) == stopped(TODAY, "")


def test_events_that_mean_nothing_cannot_be_made():
    with pytest.raises(ValueError, match="one of the two"):
        started(TODAY)
    with pytest.raises(ValueError, match="one of the two"):
        started(TODAY, NINETY, due=TODAY)
    with pytest.raises(ValueError, match="one of the two"):
        corrected(TODAY, "x")
    with pytest.raises(ValueError, match="before it starts"):
        read([started(TODAY, due=TODAY - timedelta(1))])
    with pytest.raises(ValueError, match="unknown hand"):
        handed(TODAY, "court")
    with pytest.raises(ValueError, match="unknown kind"):
        ClockEvent("paused", TODAY)


# Whose time it is ----------------------------------------------------------------------------------------------------


def test_the_hand_passes_between_the_office_and_the_parties():
    reading = read([START, handed(date(2026, 9, 20), "trader", "observations"), handed(date(2026, 10, 1), "mediation")])
    assert reading.intervals == [
        Interval(date(2026, 9, 14), date(2026, 9, 20), "mediation"),
        Interval(date(2026, 9, 20), date(2026, 10, 1), "trader", "observations"),
        Interval(date(2026, 10, 1), None, "mediation"),
    ]
    assert reading.hand == "mediation"
    assert reading.days_by_hand(date(2026, 10, 11)) == {"mediation": 16, "trader": 11}


def test_a_hand_recorded_late_takes_its_place_in_time():
    reading = read([START, handed(date(2026, 10, 1), "mediation"), handed(date(2026, 9, 20), "consumer")])
    assert [interval.hand for interval in reading.intervals] == ["mediation", "consumer", "mediation"]


def test_nobody_holds_a_clock_while_it_is_stopped():
    events = [
        START,
        handed(date(2026, 9, 20), "trader"),
        stopped(date(2026, 10, 1), "withdrawal"),
        resumed(date(2026, 10, 5), "erreur"),
    ]
    assert [(i.hand, i.from_day, i.to_day) for i in read(events).intervals] == [
        ("mediation", date(2026, 9, 14), date(2026, 9, 20)),
        ("trader", date(2026, 9, 20), date(2026, 10, 1)),
        ("", date(2026, 10, 1), date(2026, 10, 5)),
        ("trader", date(2026, 10, 5), None),
    ]
    assert read(events).days_by_hand(date(2026, 10, 5)) == {"mediation": 6, "trader": 11, "": 4}


def test_a_hand_that_passes_during_a_stop_is_held_from_the_resumption():
    stop, back = stopped(date(2026, 10, 1), "withdrawal"), resumed(date(2026, 10, 5), "erreur")
    for day in (date(2026, 10, 3), date(2026, 10, 5)):
        intervals = read([START, stop, handed(day, "consumer"), back]).intervals
        assert [(i.hand, i.from_day) for i in intervals] == [
            ("mediation", NOTIFIED),
            ("", date(2026, 10, 1)),
            ("consumer", date(2026, 10, 5)),
        ]


# How the date was computed -------------------------------------------------------------------------------------------


def test_the_sentence_of_the_ninety_days():
    reading = read([START])
    assert reading.explain(label="Notification") == (
        "Notification le 14 septembre 2026 + 90\u00a0jours civils (article R.\u00a0612-5) = 13 décembre 2026\u202f; un dimanche, "
        "non reporté par prudence."
    )
    assert reading.explain("en", label="Notification", basis="art. R. 612-5") == (
        "Notification on 14 September 2026 + 90\u00a0calendar days (art. R. 612-5) = 13 December 2026; a Sunday, not moved, out of prudence."
    )


def test_a_working_last_day_needs_no_word_and_a_holiday_is_named():
    plain = read([started(date(2024, 5, 10), Period.parse("21d"), basis="article L.\u00a0612-2")])
    assert (
        plain.explain(label="Réception")
        == "Réception le 10 mai 2024 + 21\u00a0jours civils (article L.\u00a0612-2) = 31 mai 2024."
    )
    holiday = read([started(date(2024, 4, 10), Period.parse("21d"))])
    assert holiday.explain().endswith(
        "= 1er mai 2024\u202f; un jour férié (Fête du Travail), non reporté par prudence."
    )
    assert holiday.explain("en").endswith("= 1 May 2024; a public holiday (Labour Day), not moved, out of prudence.")


def test_a_saturday_is_told_as_a_sunday_is():
    assert (
        read([started(date(2024, 4, 20), Period.parse("21d"))])
        .explain()
        .endswith("= 11 mai 2024\u202f; un samedi, non reporté par prudence.")
    )
    assert (
        read([started(date(2024, 4, 20), Period.parse("21d"))])
        .explain("en")
        .endswith("; a Saturday, not moved, out of prudence.")
    )


def test_an_extension_and_a_correction_are_told():
    extension = extended(date(2026, 12, 1), date(2027, 1, 31), "expertise")
    assert (
        read([START, extension])
        .explain(label="Notification")
        .endswith("= 13 décembre 2026\u202f; prolongée le 1er décembre 2026 jusqu’au 31 janvier 2027.")
    )
    assert read([START, extension]).explain("en").endswith("; extended on 1 December 2026 to 31 January 2027.")
    correction = corrected(date(2026, 9, 20), "faute de frappe", due=date(2026, 12, 10))
    said = read([START, correction]).explain()
    assert said.endswith(
        "= 13 décembre 2026\u202f; corrigée le 20 septembre 2026\u00a0: 10 décembre 2026 au lieu du 13 décembre 2026."
    )
    assert "faute de frappe" not in said  # the sentence goes into letters; a reason typed by the office does not
    assert (
        read([START, correction])
        .explain("en")
        .endswith("; corrected on 20 September 2026: 10 December 2026 instead of 13 December 2026.")
    )


def test_a_date_fixed_by_a_person_is_told_as_such():
    reading = read([started(NOTIFIED, due=date(2026, 10, 1), basis="fixé par la médiatrice")])
    assert reading.period is None
    assert (
        reading.explain(label="Demande de pièces")
        == "Demande de pièces le 14 septembre 2026\u202f; date fixée au 1er octobre 2026 (fixé par la médiatrice)."
    )
    assert reading.explain("en") == "Start on 14 September 2026; date set: 1 October 2026 (fixé par la médiatrice)."


def test_working_days_use_the_calendar_of_the_territory():
    reading = read([started(date(2024, 3, 25), Period.parse("10wd"), calendar="FR-57")])
    assert reading.due == date(2024, 4, 10)
    assert "10\u00a0jours ouvrés" in reading.explain()


# Properties ----------------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2015, 1, 1), date(2040, 1, 1))
SOON = st.integers(0, 200)


@st.composite
def histories(draw):
    """A start and what may follow it, in the order in which an office would record it."""
    start = draw(DAYS)
    period = Period(draw(st.integers(1, 60)), draw(st.sampled_from(["d", "wd", "m"])))
    events = [started(start, period)]
    due, running, day = last_day(start, period), True, start
    for kind in draw(st.lists(st.sampled_from(["extended", "stopped", "resumed", "handed", "due"]), max_size=8)):
        day += timedelta(draw(st.integers(0, 40)))
        if kind == "extended":
            due += timedelta(draw(SOON))
            events.append(extended(day, due, "complexe"))
        elif kind == "stopped" and running:
            events.append(stopped(day, draw(st.sampled_from(["withdrawal", "silence"]))))
            running = False
        elif kind == "resumed" and not running:
            events.append(resumed(day, "erreur"))
            running = True
        elif kind == "handed":
            events.append(
                handed(
                    day + timedelta(draw(st.integers(-30, 5))),
                    draw(st.sampled_from(["mediation", "consumer", "trader"])),
                )
            )
        elif kind == "due":
            due = start + timedelta(draw(SOON))
            events.append(corrected(day, "erreur", due=due))
    return events


@given(histories(), DAYS)
def test_the_days_of_the_hands_add_up_and_leave_no_hole(events, today):
    reading = read(events)
    intervals = reading.intervals
    if intervals:
        assert intervals[0].from_day == reading.start
        assert intervals[-1].to_day == reading.stopped_on
    for one, then in itertools.pairwise(intervals):
        assert one.to_day == then.from_day
        assert one.from_day < one.to_day
    assert sum(reading.days_by_hand(today).values()) == reading.days_elapsed(today)


@given(histories(), DAYS)
def test_one_cannot_be_late_with_days_left(events, today):
    reading = read(events)
    assert reading.days_left(today) == 0 or reading.late_by(today) == 0
    if today >= reading.start and reading.running:
        assert reading.days_left(today) - reading.late_by(today) == (reading.due - today).days


@given(histories())
def test_stops_and_resumptions_never_move_the_date(events):
    assert read(events).due == read([e for e in events if e.kind not in ("stopped", "resumed")]).due


@given(histories())
def test_every_former_date_is_kept_in_order(events):
    reading = read(events)
    chain = [read(events[:1]).due, *(former.by for former in reading.superseded)]
    assert [former.due for former in reading.superseded] == chain[:-1]
    assert chain[-1] == reading.due


@given(histories())
def test_events_survive_their_storage(events):
    assert [ClockEvent.of(event.kind, event.on, event.data()) for event in events] == events
    assert read(ClockEvent.of(event.kind, event.on, event.data()) for event in events) == read(events)


@given(histories())
def test_the_sentence_tells_the_date_in_force(events):
    reading = read(events)
    for lang in ("fr", "en"):
        said = reading.explain(lang)
        assert str(reading.due.year) in said
        assert said.count(".") == 1
        assert "\n" not in said


def test_a_clock_may_end_on_the_day_it_starts_and_not_before():
    day = date(2026, 9, 1)
    assert read([started(day, due=day)]).due == day
    with pytest.raises(ValueError, match="before it starts"):
        read([started(day, due=date(2026, 8, 31))])
