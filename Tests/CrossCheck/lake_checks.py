"""The lake's own contents: each call once, its columns as they were logged."""

from athena_table import COLUMNS
from checks import Group
from make_records import expected_rows


def check_lake(name, lake, calls):
    """Compares the lake's rows with the calls that it was made of."""
    group = Group(f"{name}, {lake.format}")
    expected = expected_rows(calls)
    group.cases = len(expected)
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    rows = lake.connection.execute(
        f"SELECT {columns}, year || '-' || month || '-' || day FROM "
        "bedrock_metering_db.token_usage_logs").fetchall()
    group.check("number of rows", "" if len(rows) == len(expected) else
                f"lake {len(rows)}, calls {len(expected)}")
    found = {}
    for *row, day in rows:
        row = tuple(row)
        timestamp, tenant, request = row[0], row[1], row[8]
        identity = row if request is None else (tenant, request, timestamp[:10])
        found.setdefault(identity, []).append(row)
        if timestamp[:10] != day:
            group.check(ascii(row)[:200], f"lies in the partition of {day}")
    for identity, wanted in expected.items():
        rows = found.get(identity, [])
        group.check(ascii(identity)[:200], "" if len(rows) == 1 and rows[0] == wanted else
                    f"the lake has {ascii(rows)[:200]}")
    return group
