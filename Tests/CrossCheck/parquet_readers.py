"""What pyarrow, DuckDB and Polars read in a file, as `parquet-tool` would write it down."""

import math
import struct
from datetime import date, datetime, timezone

import duckdb
import polars
import pyarrow
import pyarrow.compute
import pyarrow.parquet

EPOCH = date(1970, 1, 1).toordinal()
UNITS = {
    "millis": "ms", "micros": "us", "nanos": "ns",
    "millis-utc": "ms", "micros-utc": "us", "nanos-utc": "ns",
}
# DuckDB keeps every time in microseconds.
THOUSANDTHS = {"millis", "millis-utc"}


def arrow_type(kind):
    match kind:
        case "boolean": return pyarrow.bool_()
        case "int32": return pyarrow.int32()
        case "int64": return pyarrow.int64()
        case "double": return pyarrow.float64()
        case "bytes": return pyarrow.binary()
        case "string": return pyarrow.string()
        case "date": return pyarrow.date32()
        case _: return pyarrow.timestamp(UNITS[kind], "UTC" if kind.endswith("utc") else None)


def cell(kind, value):
    """A value, with dates and times as integers, as text."""
    if value is None:
        return None
    match kind:
        case "boolean": return str(int(value))
        case "double": return struct.pack(">d", value).hex()
        case "bytes": return bytes(value).hex()
        case "string": return value.encode().hex()
        case _: return str(value)


def arrow_cells(kind, values):
    """The cells of an arrow array, whose type must be the right one."""
    plain = {pyarrow.large_string(): pyarrow.string(), pyarrow.large_binary(): pyarrow.binary(),
             pyarrow.string_view(): pyarrow.string(), pyarrow.binary_view(): pyarrow.binary()}
    found = plain.get(values.type, values.type)
    if found != arrow_type(kind):
        raise TypeError(f"{found} instead of {arrow_type(kind)}")
    if kind == "date":
        values = values.cast(pyarrow.int32())
    elif kind in UNITS:
        values = values.cast(pyarrow.int64())
    return [cell(kind, value) for value in values.to_pylist()]


def read_pyarrow(path, columns):
    table = pyarrow.parquet.read_table(path, page_checksum_verification=True)
    for column in columns:
        if table.schema.field(column.name).nullable != column.optional:
            raise TypeError(f"{column.name} is nullable, or not")
    return [arrow_cells(column.kind, table.column(column.name)) for column in columns]


def read_polars(path, columns):
    frame = polars.read_parquet(path)
    return [
        arrow_cells(column.kind, frame.get_column(column.name).to_arrow()) for column in columns]


DUCKDB_TYPES = {
    "boolean": "BOOLEAN", "int32": "INTEGER", "int64": "BIGINT", "double": "DOUBLE",
    "bytes": "BLOB", "string": "VARCHAR", "date": "DATE", "millis": "TIMESTAMP",
    "micros": "TIMESTAMP", "millis-utc": "TIMESTAMP WITH TIME ZONE",
    "micros-utc": "TIMESTAMP WITH TIME ZONE",
}


def read_duckdb(path, columns):
    connection = duckdb.connect()
    connection.sql("SET TimeZone = 'UTC'")
    relation = connection.read_parquet(str(path))
    types = dict(zip(relation.columns, map(str, relation.types)))
    cells = []
    for column in columns:
        if types[column.name] != DUCKDB_TYPES[column.kind]:
            raise TypeError(f"{types[column.name]} instead of {DUCKDB_TYPES[column.kind]}")
        name = '"' + column.name + '"'
        if column.kind == "date":
            name = f"CAST({name} - DATE '1970-01-01' AS BIGINT)"
        elif column.kind in UNITS:
            name = f"epoch_us({name})" + (" // 1000" if column.kind in THOUSANDTHS else "")
        # Not by a query of one column each: the order of rows is that of the file either way.
        rows = relation.project(name).fetchall()
        cells.append([cell(column.kind, value) for (value,) in rows])
    return cells


READERS = {"pyarrow": read_pyarrow, "DuckDB": read_duckdb, "Polars": read_polars}


def order(kind, text):
    """By what cells of a kind compare."""
    match kind:
        case "double": return struct.unpack(">d", bytes.fromhex(text))[0]
        case "bytes" | "string": return bytes.fromhex(text)
        case _: return int(text)


def shown(kind, value):
    """A bound of pyarrow's statistics, as ``order`` gives it."""
    match kind:
        case "string": return value.encode() if isinstance(value, str) else value
        case "date": return value.toordinal() - EPOCH
        case "boolean": return int(value)
        case _ if kind in UNITS:
            moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
            distance = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
            micros = (distance.days * 86_400 + distance.seconds) * 1_000_000 + distance.microseconds
            return micros // 1000 if kind in THOUSANDTHS else micros
        case _: return value


def footer_problem(path, columns, groups, metadata, layout):
    """What is wrong with the footer: row groups, encodings, statistics and metadata, as pyarrow sees
    them."""
    file = pyarrow.parquet.ParquetFile(path).metadata
    filled = [group for group in groups if group[0]]
    if "rowGroupBytes" in layout:
        # Cut as texts have it, which reading all of them shows.
        is_cut = file.num_row_groups > len(filled)
        return None if is_cut else f"{file.num_row_groups} row groups"
    if file.num_row_groups != len(filled):
        return f"{file.num_row_groups} row groups instead of {len(filled)}"
    for key, value in metadata.items():
        if (file.metadata or {}).get(key.encode()) != value.encode():
            return f"no metadata {key}"
    for number, group in enumerate(filled):
        for index, (column, cells) in enumerate(zip(columns, group)):
            chunk = file.row_group(number).column(index)
            problem = (encoding_problem(column, chunk, cells, layout)
                       or statistics_problem(column.kind, cells, chunk.statistics))
            if problem:
                return f"row group {number}, {column.name}: {problem}"
    return None


def encoding_problem(column, chunk, cells, layout):
    """What is wrong with how values lie in a column chunk."""
    entries = {cell for cell in cells if cell is not None}
    size = sum(4 + len(entry) // 2 for entry in entries)
    has_dictionary = column.dictionary and size <= layout.get("dictionaryBytes", 1 << 23)
    wanted = "PLAIN"
    if has_dictionary:
        wanted = "RLE_DICTIONARY"
    elif layout["delta"] and column.kind in {"bytes", "string"} and not column.dictionary:
        wanted = "DELTA_BYTE_ARRAY"
    elif layout["delta"] and column.kind not in {"bytes", "string", "boolean", "double"}:
        wanted = "DELTA_BINARY_PACKED"
    found = set(chunk.encodings)
    if has_dictionary != chunk.has_dictionary_page or wanted not in found:
        return f"{found} instead of {wanted}"
    codec = "UNCOMPRESSED" if layout["codec"] == "none" else "GZIP"
    return None if chunk.compression == codec else f"{chunk.compression} instead of {codec}"


def statistics_problem(kind, cells, statistics):
    present = [order(kind, text) for text in cells if text is not None]
    if statistics is None or not statistics.has_null_count:
        return "no statistics"
    if statistics.null_count != len(cells) - len(present):
        return f"{statistics.null_count} values are missing instead of {len(cells) - len(present)}"
    longest = 64
    bounds = (min(present), max(present)) if present else None
    if kind == "double" and any(map(math.isnan, present)):
        bounds = None
    if bounds and kind in {"bytes", "string"} and max(map(len, bounds)) > longest:
        bounds = None
    if statistics.has_min_max != (bounds is not None):
        return f"bounds {bounds} and has_min_max {statistics.has_min_max}"
    found = bounds and (shown(kind, statistics.min), shown(kind, statistics.max))
    return None if found == bounds else f"bounds {found} instead of {bounds}"
