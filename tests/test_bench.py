"""The arithmetic of `make bench`: what it reads from other programs, and when it calls a need met."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bench import machine
from bench.load import Load, read_report
from bench.server import figures_of
from bench.single import Round, lines
from bench.table import Line, at_least, at_most, once, ratios, render, spread, told, written

REPORT = """Running 4s test @ http://127.0.0.1:8000
  Thread Stats   Avg      Stdev     Max   +/- Stdev
Requests/sec:  20000.00
{"requests":80000,"microseconds":4000000,"p50":1500,"p99":4250,"errors":2}
"""


def test_the_last_line_of_wrk_is_read():
    """Requests a second, percentiles in milliseconds and errors come from the script's own line."""
    load = read_report(REPORT)
    assert load == Load(requests=80_000, seconds=4.0, p50=1.5, p99=4.25, errors=2)
    assert load.rate == 20_000


def test_a_run_without_figures_is_an_error():
    """Output without the script's line is not taken for zero requests."""
    with pytest.raises(ValueError, match="printed no figures"):
        read_report("unable to connect to 127.0.0.1:1\n")


def test_figures_without_labels_are_read_from_metrics():
    """Comments and figures with labels are left out."""
    text = '# HELP a b\n# TYPE a gauge\na 12.0\nb{c="d"} 3.0\nsensorium_log_position 1.2e+06\n'
    assert figures_of(text) == {"a": 12.0, "sensorium_log_position": 1_200_000.0}


def test_a_spread_is_the_median_and_both_ends():
    """One bad round moves an end, not the median."""
    assert written(spread([20_000, 1000, 21_000])) == "20,000 (1,000 to 21,000)"
    assert written(once(0.5), " s") == "0.50 s"
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])


def test_ratios_are_taken_round_by_round():
    """Each round is compared with the same round of the other program."""
    assert ratios([10, 30], [20, 40]) == [0.5, 0.75]
    with pytest.raises(ValueError, match="longer"):
        ratios([10], [20, 40])


@pytest.mark.parametrize(
    ("line", "met"),
    [
        (at_least("", once(35), 35), True),
        (at_least("", once(34.9), 35), False),
        (at_most("", once(5), 5), True),
        (at_most("", once(5.1), 5), False),
        (told("", "anything"), True),
    ],
)
def test_a_bound_belongs_to_what_it_allows(line: Line, met: bool):
    """At least 35 allows 35, at most 5 allows 5, and what is only told is never missed."""
    assert line.met is met


def test_the_table_says_what_is_missed():
    """Every line stands in columns; a verdict stands where there is a need."""
    table = render([told("told", "1"), at_least("good", once(2), 1), at_least("bad", once(0), 1)])
    assert table.splitlines() == [
        "      measured (lowest to highest)  needed",
        "----  ----------------------------  -------------  ------",
        "told  1",
        "good  2.00                          at least 1.00  met",
        "bad   0.00                          at least 1.00  MISSED",
    ]


def test_single_packets_are_judged_beside_the_others():
    """The share of the echo's requests, the better one of InfluxDB's runs, and every error count."""

    def load(rate: float, p99: float, errors: int = 0) -> Load:
        return Load(int(rate), 1.0, p99 / 2, p99, errors)

    influxdb = (load(9_000, 9), load(8_000, 9))
    turn = Round(load(40_000, 2), load(16_000, 8, errors=1), influxdb, 0.1, 25e-6, 60e-6, 20e-6, 0.02)
    found = {line.what.strip(): line for line in lines([turn])}
    assert (found["of the echo's requests"].found, found["of the echo's requests"].met) == ("40.0 %", True)
    assert found["to InfluxDB's writes"].found == "1.78 times"
    assert found["99th percentile to the echo's"].found == "4.00 times"
    assert found["front's computing"].found == "60.0 µs"
    assert not found["errors"].met


def test_memory_and_time_of_a_process_are_read():
    """This process has memory and has computed; its peak is not below what it holds."""
    own = os.getpid()
    assert 1 << 20 < machine.resident(own) <= machine.peak(own)
    usage = machine.Usage(own=own)
    assert usage.computed().keys() == {"own"}
    assert usage.others() >= 0
    with pytest.raises(FileNotFoundError):
        machine.resident(2**22 + 1)


def test_an_unknown_section_is_refused():
    """The command line names what can be measured."""
    command = [sys.executable, "-m", "bench", "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == 2
    assert "no section nothing" in done.stderr
