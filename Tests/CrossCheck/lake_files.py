"""The day files of a lake of either format, and what they hold."""

import gzip
import json

import pyarrow.parquet

from athena_table import COLUMNS

FORMATS = ["parquet", "json"]
ENDINGS = {"parquet": ".parquet", "json": ".json.gz"}


def day_files(lake):
    """The files that Athena would read below a lake's folder, in the order of their days."""
    return sorted(
        path for path in lake.glob("year=*/month=*/day=*/**/*")
        if path.is_file() and not path.name.startswith(("_", ".")))


def format_of(lake):
    """The one format that all of a lake's files have."""
    formats = {name for path in day_files(lake) for name, ending in ENDINGS.items()
               if path.name.endswith(ending)}
    others = [path.name for path in day_files(lake)
              if not path.name.endswith(tuple(ENDINGS.values()))]
    if len(formats) != 1 or others:
        raise ValueError(f"{lake} has files of {sorted(formats)} and {others[:3]}")
    return formats.pop()


def columns_of(lake):
    """The names and types of a lake's columns in their order, as a table definition has them.

    A lake of JSON lines is as wide as its line with the most keys.
    """
    if format_of(lake) == "parquet":
        schema = pyarrow.parquet.read_schema(day_files(lake)[0])
        types = {"string": "TEXT", "int64": "BIGINT"}
        return [(field.name, types.get(str(field.type), str(field.type))) for field in schema]
    lines = (line for path in day_files(lake) for line in _lines(path))
    return [(name, "BIGINT" if isinstance(value, int) else "TEXT")
            for name, value in max(lines, key=len).items()]


def rows_of_lines(path):
    """The rows of a day file of JSON lines, in the order of the table's columns."""
    return [tuple(line.get(name) for name in COLUMNS) for line in _lines(path)]


def _lines(path):
    with gzip.open(path) as file:
        for line in file:
            yield json.loads(line)
