"""Reports over lakes, over their source, and as SQL: answers that must be one."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from athena_rules import violations
from athena_table import add_unreadable_rows, run
from checks import Group
from compare import first_difference, total_differences
from make_records import COMPOSED, DECOMPOSED, TENANTS
from tools import CommandError, period_of, shown

DAYS = ["2025-11-28", "2025-11-30", "2025-12-01", "2025-12-07", "2025-12-31", "2026-01-01",
        "2024-02-29", "2020-01-01", "2050-12-31", "2025-10-01"]
RANGES = [
    ("2025-12-05", "2025-12-09"), ("2025-12-01", "2025-12-31"), ("2025-11-30", "2025-12-01"),
    ("2025-11-28", "2025-12-31"), ("2025-12-31", "2026-01-01"), ("2025-11-29", "2026-01-02"),
    ("2025-01-01", "2025-12-31"), ("2024-02-28", "2024-03-01"), ("2024-03-01", "2026-01-01"),
    ("2020-01-01", "2050-12-31"), ("2020-01-02", "2050-12-30"), ("2021-01-01", "2023-12-31"),
]
SAMPLE_PERIODS = [
    ["--day", "2025-12-05"], ["--day", "2025-12-06"], ["--day", "2025-12-07"],
    ["--day", "2025-12-08"], ["--from", "2025-12-06", "--to", "2025-12-08"],
    ["--from", "2025-12-07", "--to", "2025-12-31"], ["--from", "2025-01-01", "--to", "2026-12-31"],
]
WINDOWS = [[], ["--hourly"], ["--monthly"]]
SPLITS = [[], ["--by", "model"], ["--by", "user"], ["--by", "model", "--by", "user"]]
LONG = ["--from", "2025-11-28", "--to", "2026-01-03"]
# Without changes of clocks, with minutes, and with changes of an hour, half an hour or two hours; some
# of them at midnight, where days begin at one o'clock or have two midnights.
ZONES = [
    "Asia/Seoul", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "America/New_York", "America/St_Johns", "America/Havana", "America/Santiago", "Africa/Cairo",
    "Europe/London", "Australia/Lord_Howe", "Antarctica/Casey", "Antarctica/Troll",
]
CHANGING_PERIODS = [
    ["--from", "2025-11-01", "--to", "2025-11-03"], ["--from", "2025-03-08", "--to", "2025-04-27"],
    ["--from", "2025-09-06", "--to", "2025-11-02"], ["--from", "2020-10-03", "--to", "2020-10-05"],
]
SOME_TENANTS = [
    ["acme", "globex"], [COMPOSED, DECOMPOSED], ["Tenant", "tenant"], ["no such tenant"],
    ["acme", "no such tenant", "O'Brien", "a\n'b\n  c"],
    [name for name in TENANTS if "'" in name], TENANTS,
]


class Lake(NamedTuple):
    """A lake, what it was made of, and the same as a table in DuckDB."""

    format: str
    path: Path
    source: Path
    connection: object


def random_record_cases(prices):
    """The options that are tried on random records; `prices` is a price book over them."""
    periods = [["--day", day] for day in DAYS]
    periods += [["--from", first, "--to", last] for first, last in RANGES]
    shapes = [window + split for window, split in itertools.product(WINDOWS, SPLITS)]
    cases = _alternating(periods, shapes)
    turning = itertools.cycle(shapes)
    for tenant in TENANTS:
        cases += [LONG + next(turning) + [f"--tenant={tenant}"] for _ in range(2)]
    for tenants, shape in itertools.product(SOME_TENANTS, [shapes[0], shapes[7], shapes[8]]):
        cases.append(LONG + shape + [f"--tenant={tenant}" for tenant in tenants])
    for limit, shape in itertools.product(["1", "2", "13", "200", "100000"], shapes):
        cases.append(LONG + shape + ["--limit", limit])
    cases.append(LONG + ["--tenant=acme", "--tenant=O'Brien", "--by", "model", "--limit", "5"])
    priced = [*periods[:6], *periods[11:16], periods[19]]
    cases += [case + ["--prices", str(prices)] for case in _alternating(priced, shapes)]
    for shape in shapes:
        some = ["--tenant=a\n'b\n  c", f"--tenant={DECOMPOSED}", "--limit", "9"]
        cases.append(LONG + shape + some + ["--prices", str(prices)])
    return cases


def _alternating(periods, shapes):
    """Each period with every other shape, and the next period with those between."""
    return [period + shape
            for number, period in enumerate(periods) for shape in shapes[number % 2::2]]


def zone_cases(prices):
    """The options that are tried on random records by the days and hours of zones."""
    shapes = [window + split for window, split in itertools.product(WINDOWS, SPLITS)]
    periods = [["--day", day] for day in DAYS] + CHANGING_PERIODS
    periods += [["--from", first, "--to", last] for first, last in RANGES]
    turning = itertools.cycle(shapes)
    # Five, so that each shape comes with and without.
    priced = ["--prices", str(prices)]
    costs = itertools.cycle([[], priced, [], priced, []])
    cases = []
    for number, zone in enumerate(ZONES):
        for period in periods[number % 2::2]:
            cases.append(period + next(turning) + next(costs) + ["--time-zone", zone])
        for period in CHANGING_PERIODS:
            cases.append(period + ["--hourly", "--time-zone", zone])
    return cases


def sample_cases():
    """The options that are tried on the samples."""
    shapes = [window + split for window, split in itertools.product(WINDOWS, SPLITS)]
    cases = [period + shape for period, shape in itertools.product(SAMPLE_PERIODS, shapes)]
    period = SAMPLE_PERIODS[4]
    tenants = [["--tenant=acme:prod"], ["--tenant=globex", "--tenant=acme:prod"]]
    cases += [period + shape + some for shape, some in itertools.product(shapes, tenants)]
    cases += [period + shape + ["--limit", "7"] for shape in shapes]
    prices = ["--prices", "samples/prices.json"]
    return cases + [period + shape + prices for shape in shapes]


def check_reports(name, tools, lakes, cases, *, everywhere=False):
    """Each case's query over the lakes against the reports over a lake and over its source.

    The query runs over every lake. The report is taken over one of them, by chance, or over all.
    """
    group = Group(name)
    chance = random.Random(name)
    chosen = [lakes if everywhere else [chance.choice(lakes)] for _ in cases]
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = pool.map(lambda case: _answers(tools, *case), zip(chosen, cases))
        for options, answer in zip(cases, answers):
            group.cases += 1
            _check_answer(group, lakes, options, answer)
    return group


def _answers(tools, lakes, options):
    """The query, the report over each lake and the report over their source, or an error."""
    try:
        return (tools.sql(options), [tools.report(options, lake=lake.path) for lake in lakes],
                tools.report(options, source=lakes[0].source))
    except CommandError as error:
        return error


def _check_answer(group, lakes, options, answer):
    case = shown(options)
    if isinstance(answer, CommandError):
        group.check(case, str(answer))
        return
    sql, reports, direct = answer
    group.check(case, "; ".join(violations(sql, period_of(options))[:3]))
    for report in reports:
        group.check(case, "" if direct["rows"] == report["rows"] else
                    "the reports over lake and source differ")
    for lake in lakes:
        try:
            names, rows = run(lake.connection, sql)
        except Exception as error:  # whatever DuckDB makes of it
            group.check(case, f"DuckDB, {lake.format}: {str(error).splitlines()[0][:200]}")
            continue
        problem = (first_difference(names, rows, reports[0]["rows"])
                   or "; ".join(total_differences(names, rows, reports[0]["totals"])))
        group.check(case, problem and f"{lake.format}: {problem}")


def check_unreadable_rows(tools, lake):
    """Rows that a SerDe makes of unreadable lines change no answer."""
    group = Group("rows that cannot be read")
    add_unreadable_rows(lake.connection, "2025-12-07")
    for options in sample_cases():
        group.cases += 1
        names, rows = run(lake.connection, tools.sql(options))
        report = tools.report(options, lake=lake.path)
        group.check(shown(options), first_difference(names, rows, report["rows"]))
    return group
