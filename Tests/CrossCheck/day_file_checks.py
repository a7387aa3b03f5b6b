"""Parquet day files as pyarrow and Polars see them, beside the same days as JSON lines."""

import re

import polars
import pyarrow.parquet

from athena_table import COLUMNS
from checks import Group
from lake_files import day_files, rows_of_lines

ROW_GROUP_ROWS = 500_000
TYPES = {"VARCHAR": ("BYTE_ARRAY", "STRING"), "BIGINT": ("INT64", "NONE")}
OPTIONAL = {"request_id"}
DELTA_TEXTS = {"timestamp", "request_id"}
# Longer bounds are left out of the statistics.
LONGEST_BOUND = 64


def check_day_files(name, parquet_lake, json_lake):
    """Each Parquet day file by itself, and its rows beside those of the other lake."""
    group = Group(name)
    files, others = day_files(parquet_lake.path), day_files(json_lake.path)
    days = [path.parent.relative_to(parquet_lake.path) for path in files]
    group.check("days", "" if days == [
        path.parent.relative_to(json_lake.path) for path in others] else "the lakes differ")
    for path, other in zip(files, others):
        group.cases += 1
        for kind, problem in day_file_problems(path, rows_of_lines(other)):
            group.check(f"{path.name}, {kind}", problem)
    return group


def day_file_problems(path, rows):
    """A kind of check and what is wrong, or nothing, for each check of a file that has `rows`."""
    day = "-".join(re.findall(r"=(\d+)", str(path.parent))[-3:])
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    wanted = f"bedrock-usage-{day.replace('-', '')}.parquet"
    yield "name", "" if path.name == wanted else f"not {wanted}"
    yield "columns", _columns_problem(file.schema)
    yield "footer", _footer_problem(file.metadata, day, len(rows))
    yield "layout", _layout_problem(file.metadata)
    yield "Polars' rows", _difference(
        rows, polars.read_parquet(path, hive_partitioning=False).rows())
    found = [tuple(row) for row in zip(*(column.to_pylist() for column in file.read().columns))]
    yield "pyarrow's rows", _difference(rows, found)
    yield "order", _order_problem(found)
    yield "statistics", _statistics_problem(file.metadata, day, found)


def _columns_problem(schema):
    columns = [schema.column(index) for index in range(len(schema))]
    found = [(column.name, column.physical_type, column.logical_type.type,
              column.max_definition_level, column.max_repetition_level) for column in columns]
    wanted = [(name, *TYPES[kind], int(name in OPTIONAL), 0) for name, kind in COLUMNS.items()]
    return next((f"{one} instead of {other}" for one, other in zip(found, wanted) if one != other),
                "" if len(found) == len(wanted) else f"{len(found)} columns")


def _footer_problem(metadata, day, rows):
    if not re.fullmatch(r"bedrock-metering version \d+\.\d+\.\d+", metadata.created_by):
        return f"made by {metadata.created_by}"
    noted = (metadata.metadata or {}).get(b"bedrock_metering.day", b"").decode()
    if noted != day:
        return f"says that it is of the day {noted}"
    if metadata.num_rows != rows:
        return f"{metadata.num_rows} rows instead of {rows}"
    sizes = [metadata.row_group(index).num_rows for index in range(metadata.num_row_groups)]
    full = [ROW_GROUP_ROWS] * (rows // ROW_GROUP_ROWS)
    wanted = full + ([rows % ROW_GROUP_ROWS] if rows % ROW_GROUP_ROWS else [])
    return "" if sizes == wanted else f"row groups of {sizes} rows"


def _layout_problem(metadata):
    """Encodings and compression are those that are documented, column by column."""
    for group in range(metadata.num_row_groups):
        for index, (name, kind) in enumerate(COLUMNS.items()):
            column = metadata.row_group(group).column(index)
            encoding = ("DELTA_BINARY_PACKED" if kind == "BIGINT" else
                        "DELTA_BYTE_ARRAY" if name in DELTA_TEXTS else "RLE_DICTIONARY")
            codec = "GZIP" if name in DELTA_TEXTS else "UNCOMPRESSED"
            if encoding not in column.encodings or column.compression != codec:
                return f"{name} is {column.encodings}, {column.compression}"
    return ""


def _difference(wanted, found):
    for number, (one, other) in enumerate(zip(wanted, found)):
        if one != other:
            return f"row {number}: {ascii(other)[:150]} instead of {ascii(one)[:150]}"
    return "" if len(wanted) == len(found) else f"{len(found)} rows instead of {len(wanted)}"


def _order_problem(rows):
    """By time, then by the other columns: texts by their bytes, a missing request id first."""
    def key(row):
        return [(value or "").encode() if kind == "VARCHAR" else value
                for value, kind in zip(row, COLUMNS.values())]

    previous = None
    for number, row in enumerate(rows):
        # Times differ almost always.
        if previous is not None and not (
                previous[0] < row[0] or previous[0] == row[0] and key(previous) < key(row)):
            return f"row {number} is not after the one before it"
        previous = row
    return ""


def _statistics_problem(metadata, day, rows):
    """Each row group says exactly what the bounds of its columns are."""
    start = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        columns = list(zip(*rows[start:start + group.num_rows]))
        start += group.num_rows
        for index, (name, kind) in enumerate(COLUMNS.items()):
            values = [value for value in columns[index] if value is not None]
            problem = _bounds_problem(
                group.column(index).statistics, values, len(columns[index]) - len(values), kind)
            if problem:
                return f"row group {number}, {name}: {problem}"
        times = group.column(0).statistics
        if not f"{day}T00:00:00.000000Z" <= times.min <= times.max <= f"{day}T23:59:59.999999Z":
            return f"row group {number}: times from {times.min} to {times.max}"
    return ""


def _bounds_problem(statistics, values, missing, kind):
    if statistics is None or not statistics.has_null_count or statistics.null_count != missing:
        return f"not {missing} missing values"
    bounds = None
    if values:
        by_bytes = str.encode if kind == "VARCHAR" else None
        bounds = min(values, key=by_bytes), max(values, key=by_bytes)
        if kind == "VARCHAR" and max(len(bound.encode()) for bound in bounds) > LONGEST_BOUND:
            bounds = None
    found = (statistics.min, statistics.max) if statistics.has_min_max else None
    return "" if found == bounds else f"bounds {ascii(found)} instead of {ascii(bounds)}"
