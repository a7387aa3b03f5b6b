"""Checks written queries: those of queries/, and those that the public sample documents."""

from pathlib import Path

import sqlglot

from athena_rules import grammar_errors, violations
from athena_table import run
from checks import Group
from compare import first_difference
from lake_files import columns_of
from sql_files import statements
from table_definition import definition_errors, format_of_definition
from tools import options_of, period_of

REFERENCE_QUERIES = Path(__file__).with_name("reference-queries.sql")
REFERENCE_DAY = ["--day", "2025-12-07"]


def check_query_files(tools, lakes, folder):
    """A group for each file in `folder`, and one for the tables of the lakes' formats."""
    files = sorted(folder.glob("*.sql"))
    if not files:
        return [Group("queries (there are none)")]
    return [check_query_file(tools, lakes, path) for path in files] + [check_tables(lakes, files)]


def check_query_file(tools, lakes, path):
    """Every statement of a file: sound, and over each lake with the rows that its comments promise."""
    group = Group(f"queries/{path.name}")
    text = path.read_text(encoding="utf-8")
    group.check("head", "" if text.startswith("--") else "no comment says what the file answers")
    columns = {lake.format: columns_of(lake.path) for lake in lakes}
    for number, statement in enumerate(statements(text), start=1):
        group.cases += 1
        case = f"statement {number}, {statement.kind}"
        if statement.kind in {"SELECT", "WITH"}:
            for lake in lakes:
                for problem in query_problems(tools, lake, statement):
                    group.check(f"{case}, {lake.format}", problem)
        elif statement.kind in {"CREATE DATABASE", "CREATE TABLE"}:
            group.check(case, "; ".join(definition_errors(statement.sql, columns)))
        else:
            group.check(case, "; ".join(grammar_errors(statement.sql)))
            sqlglot.parse_one(statement.sql, read="athena")
    return group


def check_tables(lakes, files):
    """There is one table definition for each format."""
    group = Group("table definitions")
    found = sorted(
        format_of_definition(sqlglot.parse_one(statement.sql, read="athena"))
        for path in files for statement in statements(path.read_text(encoding="utf-8"))
        if statement.kind == "CREATE TABLE")
    group.cases = len(found)
    group.check("formats", "" if found == sorted(lake.format for lake in lakes) else str(found))
    return group


def query_problems(tools, lake, statement):
    """One entry for each check of a query, empty where it passed."""
    options = options_of(statement.command) if statement.command else None
    yield "; ".join(violations(statement.sql, options and period_of(options))[:3])
    try:
        names, rows = run(lake.connection, statement.sql)
    except Exception as error:  # whatever DuckDB makes of it
        yield f"DuckDB: {str(error).splitlines()[0][:200]}"
        return
    if options is None:
        return
    report = tools.report(options, lake=lake.path)
    if not report["rows"]:
        yield "the command reports no rows over the samples, so this compares nothing"
    elif statement.same == "rows":
        yield first_difference(names, rows, report["rows"])
    else:
        yield first_difference(names, rows, distinct(report["rows"], names[0]))


def distinct(report_rows, name):
    """The values of one column, each once and in the order of its bytes, as rows."""
    return [{name: value} for value in sorted({row[name] for row in report_rows})]


# --- The public sample's queries -----------------------------------------------------------------


def check_reference_queries(tools, lake):
    """The four queries run unchanged and give the reports' figures; ties may come in any order."""
    group = Group(f"the public sample's queries, {lake.format}")
    tenants, models, daily, hourly = statements(REFERENCE_QUERIES.read_text())
    by_model = tools.report([*REFERENCE_DAY, "--by", "model"], lake=lake.path)["rows"]
    by_day = tools.report(REFERENCE_DAY, lake=lake.path)["rows"]
    by_hour = tools.report([*REFERENCE_DAY, "--hourly"], lake=lake.path)["rows"]
    cases = [
        ("tenants", tenants, distinct(by_model, "tenant_id"), 10, []),
        ("models", models, distinct(by_model, "model_id"), None, []),
        ("daily", daily, by_day, None, [("usage_date", -1), ("total_tokens", -1)]),
        ("hourly", hourly, by_hour, None, [("usage_hour", 1), ("total_tokens", -1)]),
    ]
    for case, statement, report_rows, limit, order in cases:
        group.cases += 1
        period = period_of(REFERENCE_DAY)
        group.check(case, "; ".join(violations(statement.sql, period, needs_try=False)))
        names, rows = run(lake.connection, statement.sql)
        wanted = [{name: row[name] for name in names} for row in report_rows]
        if limit is not None and len(wanted) > limit:
            wanted = [row for row in wanted if tuple(row.values()) in rows]
            group.check(case, "" if len(wanted) == limit else f"{len(wanted)} known rows")
        group.check(case, "" if wanted else "there is nothing to compare with")
        group.check(case, first_difference(names, rows, wanted, ordered=False))
        for row, following in zip(rows, rows[1:]):
            group.check(case, order_error(names, row, following, order))
    return group


def order_error(names, row, following, order):
    """Says so if `following` should come before `row`; 1 is ascending and -1 descending."""
    for name, direction in order:
        first, second = row[names.index(name)], following[names.index(name)]
        if first != second:
            return "" if (first < second) == (direction > 0) else f"{name} is out of order"
    return ""
