"""Compares an ingest inside Athena with our own: the same rows, the same rejects, run after run.

The printed statements run in `athena_engine`. Shapes of sources that the statements do not read must
be rejected where our own ingest finds usage, so that nothing is lost without a word.
"""

import random
import shutil
from collections import Counter

from athena_engine import Athena, AthenaError
from athena_table import COLUMNS, DATABASE, PARTITION_KEYS, TABLE, open_lake
from checks import Group
from hostile_lines import write_hostile_objects, write_wrapped_objects
from ingest_rules import statement_errors
from sql_files import statements
from tools import ROOT

SOURCE, LAKE = "s3://bucket/exports/", "s3://bucket/athena-lake/"
# The periods that hold the days of random records, none longer than a run takes.
PERIODS = [("2025-11-28", "2026-01-03"), ("2025-08-25", "2025-11-27")]
FEW_DAYS = ("2025-11-30", "2025-12-02")
SAMPLE_DAYS = ("2025-12-05", "2025-12-09")
EVERY_ROW = "SELECT " + ", ".join(f'"{name}"' for name in COLUMNS | PARTITION_KEYS) + (
    f" FROM {DATABASE}.{TABLE}")


class Ingest:
    """Runs of one lake in Athena."""

    def __init__(self, tools, period, change=None, format="parquet"):
        self.tools, self.period, self.format = tools, period, format
        self.change = change or (lambda sql: sql)
        self.athena = Athena()

    def run(self, folder, days=None, stops=None):
        """Reads the objects of a folder; what the statements say; nothing if it is stopped.

        `stops` is told each statement before it runs, and ends the run by returning true.
        """
        self.athena.folders[SOURCE] = folder
        rows = []
        text = self.tools.athena_ingest(*(days or self.period), SOURCE, LAKE, self.format)
        for statement in statements(self.change(text)):
            if stops and stops(statement.sql):
                return None
            rows.append((statement.comments[-1], self.athena.run(statement.sql)))
        return Outcome(rows)

    def rows(self):
        """All rows of the table, in order."""
        return sorted((tuple(row.values()) for row in self.athena.run(EVERY_ROW)), key=repr)


class Outcome:
    """What a run's queries say."""

    def __init__(self, rows):
        def of(words):
            found, = (part for purpose, part in rows if words in purpose)
            return found

        self.rejects = Counter()
        for row in of("Lists the objects"):
            self.rejects[row["object"].removeprefix(SOURCE)] += row["lines"]
        self.fates = Counter()
        for row in of("Counts the lines"):
            self.fates[row["fate"]] += row["events"]
        self.problems = of("go on only if there is no row") + of("there must be no row")
        self.conflicts = sum(row["calls"] for row in of("contradict each other"))
        self.before, self.after = of("before they are"), of("what was added")

    @property
    def added(self):
        """How many rows the run added to the days of its period."""
        return sum(row["row_count"] for row in self.after) - sum(
            row["row_count"] for row in self.before)


def lake_rows(lake, format, period=None):
    """All rows of a lake of our own, in order, or those of the days of a period."""
    rows = open_lake(lake, format).execute(EVERY_ROW).fetchall()
    return sorted((row for row in rows
                   if period is None or period[0] <= "-".join(row[-3:]) <= period[1]), key=repr)


def difference(rows, wanted):
    """Says how many rows differ, and shows the first."""
    if not wanted:
        return "our own ingest has no rows, so this compares nothing"
    rows, wanted = Counter(rows), Counter(wanted)
    missing, others = wanted - rows, rows - wanted
    if not missing and not others:
        return ""
    first = ascii(next(iter(missing or others)))[:240]
    return f"{missing.total()} rows missing and {others.total()} others, such as {first}"


# --- Groups --------------------------------------------------------------------------------------


def check_athena_ingest(tools, folder, calls, seed):
    """A group for the statements themselves, and one for each kind of source."""
    objects = folder / "objects"
    yield check_statements(tools)
    yield check_samples(tools, ROOT / "samples" / "exports", folder / "athena-samples")
    yield check_random_records(tools, objects, folder / "athena-random", seed)
    hostile = folder / "hostile"
    write_hostile_objects(hostile, calls, seed)
    yield check_hostile_lines(tools, hostile, folder / "athena-hostile")
    yield check_wrapped_lines(tools, folder / "wrapped", folder / "athena-wrapped", calls)
    yield check_interrupted_runs(tools, objects, folder / "athena-random" / "lake")


def check_statements(tools):
    """Each statement is one that Athena takes."""
    group = Group("statements of an ingest inside Athena")
    for format, (first, last) in [("parquet", ("2025-12-07", "2025-12-07")),
                                  ("json", ("2025-11-28", "2026-01-03"))]:
        text = tools.athena_ingest(first, last, SOURCE, LAKE, format)
        tables = {}
        for statement in statements(text):
            group.cases += 1
            group.check(f"{format}: {statement.comments[-1]}",
                        "; ".join(statement_errors(statement.sql, tables)[:3]))
    return group


def check_samples(tools, source, folder):
    """Object by object: the same rows, or the object is named among those with rejected lines."""
    group = Group("samples, ingested inside Athena")
    everything = Ingest(tools, SAMPLE_DAYS)
    outcome = everything.run(source)
    group.check("check", str(outcome.problems) if outcome.problems else "")
    equal = []
    for number, path in enumerate(sorted(path for path in source.rglob("*") if path.is_file())):
        name = str(path.relative_to(source))
        alone, lake = folder / str(number), folder / f"lake-{number}"
        (alone / name).parent.mkdir(parents=True)
        shutil.copy(path, alone / name)
        summary = tools.ingest(alone, lake, "parquet")
        ingest = Ingest(tools, SAMPLE_DAYS)
        ingest.run(alone)
        group.cases += 1
        rows, wanted = ingest.rows(), lake_rows(lake, "parquet") if summary["records"] else []
        if rows == wanted:
            equal += [path] if wanted else []
            group.check(name, "")
        else:
            group.check(name, "" if outcome.rejects[name] and not Counter(rows) - Counter(wanted)
                        else "rows differ, and no line is rejected")
    covered = folder / "covered"
    for path in equal:
        (covered / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, covered / path.relative_to(source))
    # Lines of export tasks, day files and bare messages; but not events over several lines.
    group.check("objects", "" if len(equal) >= 13 else f"only {len(equal)} objects are read")
    for format in ["parquet", "json"]:
        group.cases += 1
        tools.ingest(covered, folder / format, format)
        ingest = Ingest(tools, SAMPLE_DAYS, format=format)
        ingest.run(covered)
        group.check(f"covered objects, {format}",
                    difference(ingest.rows(), lake_rows(folder / format, format)))
    return group


def check_random_records(tools, objects, folder, seed):
    """The same rows at once, again, and in batches that overlap."""
    group = Group("random records, ingested inside Athena")
    summary = tools.ingest(objects, folder / "lake", "parquet")
    in_conflict = tools.conflicts(folder / "lake", PERIODS)
    wanted = [lake_rows(folder / "lake", "parquet", period) for period in PERIODS]
    ingest = Ingest(tools, PERIODS[0])
    first = ingest.run(objects)
    group.check("rows", difference(ingest.rows(), wanted[0]))
    group.check("events", "" if first.fates["record"] + first.fates["outside_period"]
                == summary["records"] + summary["duplicates"] else str(first.fates))
    group.check("added", "" if first.added == len(wanted[0]) else f"{first.added} rows")
    again = ingest.run(objects)
    group.check("again", difference(ingest.rows(), wanted[0]))
    group.check("nothing added again", f"{again.added} rows" if again.added else "")
    other = ingest.run(objects, days=PERIODS[1])
    conflicts = first.conflicts + other.conflicts
    group.check("conflicts", "" if conflicts == in_conflict > 0
                else f"{conflicts} calls, not {in_conflict}")
    group.check("another period", difference(ingest.rows(), sorted(sum(wanted, []), key=repr)))

    paths = sorted(path for path in objects.rglob("*") if path.is_file())
    rng, batches = random.Random(seed), Ingest(tools, PERIODS[0])
    problems = first.problems + again.problems + other.problems
    for number in range(4):
        part = folder / f"batch-{number}"
        chosen = paths if number == 3 else rng.sample(paths, 3)
        for path in chosen[::-1]:
            (part / path.relative_to(objects)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, part / path.relative_to(objects))
        problems += batches.run(part).problems
    group.check("batches", difference(batches.rows(), wanted[0]))
    group.check("check", str(problems) if problems else "")
    group.cases = 7
    return group


def check_hostile_lines(tools, objects, folder):
    """The same rows, and as many foreign and rejected lines in the same objects."""
    group = Group("hostile lines, ingested inside Athena")
    lake = folder / "lake"
    summary = tools.ingest(objects, lake, "parquet")
    ingest = Ingest(tools, PERIODS[0])
    outcome = ingest.run(objects)
    group.check("rows", difference(ingest.rows(), lake_rows(lake, "parquet", PERIODS[0])))
    rejects = {str(path).removeprefix(str(objects.resolve()) + "/"): count
               for path, count in tools.rejects(lake).items()}
    group.check("rejects", "" if outcome.rejects == rejects and rejects else
                f"Athena {dict(outcome.rejects)}, ours {rejects}")
    for fate in ["foreign", "rejected"]:
        group.check(fate, "" if outcome.fates[fate] == summary[fate] > 0 else
                    f"Athena {outcome.fates[fate]}, ours {summary[fate]}")
    group.check("check", str(outcome.problems) if outcome.problems else "")
    group.cases = sum(outcome.fates.values())
    return group


def check_wrapped_lines(tools, objects, lake, calls):
    """Lines that our own ingest takes out of others are each rejected, and none goes without a word."""
    group = Group("wrapped lines, ingested inside Athena")
    wanted = write_wrapped_objects(objects, calls)
    summary = tools.ingest(objects, lake, "parquet")
    taken = summary["records"] + summary["duplicates"]
    group.check("our own ingest", "" if taken == sum(wanted.values()) and not summary["rejected"] else
                f"{taken} lines of {sum(wanted.values())}, {summary['rejected']} rejected")
    ingest = Ingest(tools, PERIODS[0])
    outcome = ingest.run(objects)
    for name, count in wanted.items():
        group.check(name, "" if outcome.rejects[name] == count else
                    f"{outcome.rejects[name]} lines of {count} are rejected")
    group.check("rows", "" if not ingest.rows() else f"{len(ingest.rows())} rows")
    group.cases = len(wanted)
    return group


def check_interrupted_runs(tools, objects, lake):
    """A run that ends before any statement leaves each day old or new, and the next one completes it."""
    group = Group("interrupted ingests inside Athena")
    wanted = lake_rows(lake, "parquet", FEW_DAYS)
    by_day = {}
    for row in wanted:
        by_day.setdefault(row[-3:], []).append(row)
    total = len(list(statements(tools.athena_ingest(*FEW_DAYS, SOURCE, LAKE))))
    for stop in [3, 4, 9, 10, 11, total - 4]:
        group.cases += 1
        ingest, left = Ingest(tools, FEW_DAYS), iter(range(stop))
        ingest.run(objects, stops=lambda sql: next(left, None) is None)
        if any(name == (DATABASE, TABLE) for name in ingest.athena.tables):
            found = {}
            for row in ingest.rows():
                found.setdefault(row[-3:], []).append(row)
            torn = [day for day, rows in found.items() if rows != by_day.get(day)]
            group.check(f"stopped before statement {stop + 1}",
                        f"days {torn[:3]} are neither old nor new" if torn else "")
        ingest.run(objects)
        group.check(f"after a stop before {stop + 1}", difference(ingest.rows(), wanted))
    return group


# --- Faults --------------------------------------------------------------------------------------

FAULTS = [
    ("no merge of equal rows", "UNION\n", "UNION ALL\n"),
    ("no merge of versions", "WHERE version = 1 OR request_id IS NULL", ""),
    ("only requests", "WHERE version = 1 OR request_id IS NULL", "WHERE version = 1"),
    ("the first version stays", "ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) +", "ORDER BY \"timestamp\", "
     "CAST(input_tokens AS DECIMAL(38, 0)) +"),
    ("the smallest version stays", "DESC, total_tokens DESC,", "ASC, total_tokens DESC,"),
    ("requests of all tenants together", "tenant_id,\n                    request_id,",
     "request_id,"),
    ("no envelope's time", "WHEN COALESCE(timestamp_json, 'null') = 'null' THEN envelope_time", ""),
    ("milliseconds", "''), 1, 6), 6, '0'", "''), 1, 3), 6, '0'"),
    ("no zone", "INTERVAL '1' MINUTE", "INTERVAL '0' MINUTE"),
    ("the sign of a zone", "THEN -1 ELSE 1 END", "THEN 1 ELSE 1 END"),
    ("no cached tokens in totals",
     " + cache_read_input_tokens_count + cache_write_input_tokens_count", ""),
    ("totals are always sums", "WHEN COALESCE(total_tokens_json, 'null') = 'null' THEN", "WHEN true THEN"),
    ("no header", "THEN substr(line, 26)", "THEN line"),
    ("no integral floats", "([.]0+)?\\z')", "\\z')"),
    ("no exponents", "[eE]([+]?", "[x]([+]?"),
    ("counts of any sign", "'\\A(0|[1-9][0-9]*)([.]0+)?\\z')", "'[0-9]+')"),
    ("any event", "<> 'bedrock_token_usage'", "= 'nothing'"),
    ("what is in the table is lost", "AND tenant_id IS NOT NULL\n            UNION",
     "AND tenant_id = ''\n            UNION"),
    ("equal keys", "THEN 'duplicate key'", "THEN NULL"),
    ("cut lines", "THEN 'malformed JSON'", "THEN NULL"),
    ("text that quotes usage", "THEN 'not a JSON object'", "THEN NULL"),
    ("long names", "length(to_utf8(user_id_text)) > 4096", "false"),
    ("sizes in characters", "length(to_utf8(tenant_id_text))", "length(to_utf8(substr(tenant_id_text, 1, 4000)))"),
    ("no tenant", "THEN 'tenant_id is empty'", "THEN NULL"),
    ("times of other years", "NOT BETWEEN '2020' AND '2050'", "NOT BETWEEN '1000' AND '9999'"),
    ("placeholders", "CASE WHEN NOT regexp_like(request_id_text,", "CASE WHEN true OR regexp_like(request_id_text,"),
    ("day of the run", "SET LOCATION 's3://bucket/athena-lake/athena/", "SET LOCATION 's3://bucket/athena-lake/x/"),
    ("halves of surrogate pairs", "THEN 'lone surrogate in a string'", "THEN NULL"),
    ("bytes that are no text", "THEN 'invalid UTF-8'", "THEN NULL"),
    ("usage without a name", "THEN 'event_type is missing or spelt in another way'", "THEN NULL"),
    ("times with a comma", "([.,][0-9]{1,9})?", "([.][0-9]{1,9})?"),
]
# What the statements themselves find, before readers see it or after.
FAULTS_OF_RUNS = [
    ("versions", "WHERE version = 1 OR request_id IS NULL", "", "twice"),
    ("lost rows", "WHERE version = 1 OR request_id IS NULL", "WHERE version = 1", "missing"),
    ("rows from nowhere", 'SELECT "timestamp", tenant_id, user_id,',
     "SELECT \"timestamp\", tenant_id || 's' AS tenant_id, user_id,", "unknown"),
    ("a projected table", "TBLPROPERTIES (\n    'classification' = 'parquet'\n)",
     "TBLPROPERTIES ('projection.enabled' = 'true')", None),
]
AGAINST_RULES = [
    ("TRY(json_parse(message))", "json_parse(message)"),
    ("TRY(CAST(regexp_extract(", "(CAST(regexp_extract("),
    ("GROUP BY 1, 2, 3", "GROUP BY fate, reason, usage_dat"),
    ("GROUP BY 1\n", "GROUP BY usage_date\n"),
    ("day = '07'", "day = 7"),
    ("regexp_like(line", "regexp_matches(line"),
    ("substr(event_time, 1, 10) BETWEEN '2025-12-07'", "event_time BETWEEN 20251207"),
    ("usage_date = '2025-12-07'", "usage_date = 20251207"),
    ("FROM sound_messages", "FROM messages"),
    ("AS DECIMAL(38, 18)", "AS DECIMAL(38, 18"),
    ("COMMENT 'who is billed'", 'COMMENT "who is billed"'),
    ('"bedrock_metering_db"."token_usage_logs"\n', "`bedrock_metering_db`.`token_usage_logs`\n"),
    ("year = '2025' AND month = '12' AND day = '07'\n", "true\n"),
    ("ARRAY['usage_date']", "ARRAY['fate']"),
]


def check_noticed_faults(tools, folder, calls, seed):
    """Each fault in the statements must change what the comparisons see."""
    group = Group("faults of an ingest inside Athena that are noticed")
    objects, lake = folder / "fault-objects", folder / "fault-lake"
    write_hostile_objects(objects, calls, seed, count=700)
    tools.ingest(objects, lake, "parquet")
    wanted, rejects = lake_rows(lake, "parquet", FEW_DAYS), tools.rejects(lake).total()
    for case, old, new in [("sound statements", "", ""), *FAULTS]:
        group.cases += 1
        seen = noticed(tools, objects, spoiler(old, new), wanted, rejects)
        group.check(case, ("" if seen else "not noticed") if old else seen)
    for old, new in AGAINST_RULES:
        group.cases += 1
        text = tools.athena_ingest("2025-12-07", "2025-12-07", SOURCE, LAKE)
        tables = {}
        errors = [error for statement in statements(spoiler(old, new)(text))
                  for error in statement_errors(statement.sql, tables)]
        group.check(f"rule: {old}", "" if errors else "not noticed")
    for case, old, new, problem in FAULTS_OF_RUNS:
        group.cases += 1
        outcome = Ingest(tools, FEW_DAYS, spoiler(old, new)).run(objects)
        found = {row.get("problem") for row in outcome.problems}
        group.check(f"the run's own check: {case}", "" if problem in found else str(found))
    return group


def spoiler(old, new):
    """What puts a fault into statements, which must have room for it."""
    def change(text):
        if old not in text:
            raise ValueError(f"nothing to spoil: {old}")
        return text.replace(old, new) if old else text
    return change


def noticed(tools, objects, change, wanted, rejects):
    """What two runs of statements with a fault show, or nothing; the second reads some objects again."""
    ingest = Ingest(tools, FEW_DAYS, change)
    try:
        outcome = ingest.run(objects)
        ingest.run(objects / "task")
    except AthenaError as error:
        return str(error)
    if outcome.rejects.total() != rejects:
        return f"{outcome.rejects.total()} rejects, wanted {rejects}"
    return difference(ingest.rows(), wanted)
