"""Sums that do not fit 63 bits: an error in Athena, and so in the reports."""

import itertools
import json

from athena_table import open_lake, run
from checks import Group
from lake_files import FORMATS
from tools import CommandError, shown

LARGEST = (1 << 63) - 1


def check_overflow(tools, folder):
    """A total of exactly 2**63 - 1 is reported; one token more is an error, not a wrong number."""
    group = Group("sums at 63 bits")
    sums = [("fits", [LARGEST - 7, 7], True), ("over", [LARGEST, 1], False)]
    for (name, tokens, fits), format in itertools.product(sums, FORMATS):
        source, lake = folder / f"{name}.json", folder / f"{name}-{format}"
        folder.mkdir(exist_ok=True)
        source.write_text("".join(json.dumps({
            "timestamp": f"2025-12-07T00:00:0{second}.000001Z", "tenant_id": "t", "user_id": "u",
            "model_id": "m", "input_tokens": count, "output_tokens": 0, "total_tokens": count,
            "event_type": "bedrock_token_usage",
        }) + "\n" for second, count in enumerate(tokens)))
        tools.ingest(source, lake, format)
        connection = open_lake(lake, format)
        for window in [[], ["--hourly"], ["--monthly"]]:
            group.cases += 1
            options = ["--day", "2025-12-07", *window]
            _, rows = run(connection, tools.sql(options))
            in_bounds = all(value <= LARGEST for value in rows[0] if isinstance(value, int))
            group.check(shown(options), "" if in_bounds == fits else f"{name}: query {rows[0]}")
            for place in [{"lake": lake}, {"source": source}]:
                try:
                    tools.report(options, **place)
                    reported = True
                except CommandError:
                    reported = False
                group.check(shown(options), "" if reported == fits else
                            f"{name}: the report over the {next(iter(place))} "
                            + ("takes the sum" if reported else "fails"))
    return group
