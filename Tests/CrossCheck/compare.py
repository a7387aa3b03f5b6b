"""Compares rows of a query with rows of a report, value for value and in order."""

import datetime
import decimal


def first_difference(names, rows, report_rows, ordered=True):
    """Says where query and report first differ, or nothing where they agree.

    `names` are the query's columns, `rows` its rows; `report_rows` are a report's JSON rows, which
    must have the same columns in the same order.
    """
    for number, wanted in enumerate(report_rows):
        if list(wanted) != list(names):
            return f"row {number} has the columns {list(wanted)}, the query {list(names)}"
    wanted_rows = [tuple(row.values()) for row in report_rows]
    if not ordered:
        rows, wanted_rows = sorted(rows, key=_order), sorted(wanted_rows, key=_order)
    for number, (row, wanted) in enumerate(zip(rows, wanted_rows)):
        for name, value, wanted_value in zip(names, row, wanted):
            if not same(value, wanted_value):
                return (f"row {number}, {name}: query {_shown(value)}, report "
                        f"{_shown(wanted_value)}; query row {_shown(row)}")
    if len(rows) != len(wanted_rows):
        longer = rows if len(rows) > len(wanted_rows) else wanted_rows
        shorter = min(len(rows), len(wanted_rows))
        return (f"query has {len(rows)} rows, report {len(wanted_rows)}; "
                f"the first without a partner is {_shown(longer[shorter])}")
    return None


def total_differences(names, rows, totals):
    """The columns whose sums over the query's rows are not a report's totals.

    Averages do not add up and are left out. A sum of money with an unknown part is unknown.
    """
    problems = []
    for index, name in enumerate(names):
        values = [row[index] for row in rows]
        if name not in totals or not values:
            continue
        if not all(_is_integer(value) or isinstance(value, (decimal.Decimal, type(None)))
                   for value in values):
            continue
        total = None if None in values else sum(values)
        if not same(total, totals[name]):
            problems.append(
                f"total of {name}: query {_shown(total)}, report {_shown(totals[name])}")
    return problems


def same(value, wanted):
    """Whether a query's value is a report's.

    Exact decimals are texts in a report and compared as numbers; dates are texts; everything else
    must be of one type, doubles bit for bit and texts code point for code point.
    """
    if value is None or wanted is None:
        return value is wanted
    if isinstance(value, decimal.Decimal):
        if isinstance(wanted, str):
            try:
                return decimal.Decimal(wanted) == value
            except decimal.InvalidOperation:
                return False
        return _is_integer(wanted) and value == wanted
    if isinstance(value, datetime.datetime):
        return value.isoformat() == wanted
    if isinstance(value, datetime.date):
        return value.isoformat() == wanted
    return type(value) is type(wanted) and value == wanted


def _is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _order(row):
    return [str(value) for value in row]


def _shown(value):
    text = ascii(value)
    return text if len(text) <= 200 else text[:200] + "..."
