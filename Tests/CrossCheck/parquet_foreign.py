"""Files that pyarrow, DuckDB and Polars write, and what is to be read in them."""

import itertools
import random
import shutil
from pathlib import Path

import duckdb
import polars
import pyarrow
import pyarrow.parquet

from parquet_readers import UNITS, arrow_cells, arrow_type

KINDS = [
    "boolean", "int32", "int64", "double", "bytes", "string", "date",
    "millis", "micros", "millis-utc", "micros-utc", "nanos", "nanos-utc",
]
SIZES = [0, 1, 100, 3000]
INTEGERS = {"int32", "int64"}
TEXTS = {"bytes", "string"}
# What each encoding can hold, of those kinds whose physical type is not in doubt.
ENCODINGS = {
    "PLAIN": {*KINDS},
    "DELTA_BINARY_PACKED": {"int32", "int64", "date", "millis", "micros", "nanos"},
    "DELTA_LENGTH_BYTE_ARRAY": TEXTS,
    "DELTA_BYTE_ARRAY": TEXTS,
    "BYTE_STREAM_SPLIT": {"double", "int32", "int64"},
    "RLE": {"boolean"},
}


def array(kind, size, source, missing):
    """Random values, some of them missing."""
    def value():
        if source.random() < missing:
            return None
        match kind:
            case "boolean": return source.random() < 0.3
            case "double": return source.choice([0.0, -0.0, 1e300, float("-inf"), source.random()])
            case "bytes": return source.randbytes(source.choice([0, 3]))
            case "string": return source.choice(["", "prefix-a", "prefix-ab", "ü" * 40])
            case "int32": return source.choice([-(1 << 31), (1 << 31) - 1, source.randint(0, 50)])
            case "int64": return source.choice([-(1 << 63), (1 << 63) - 1, source.randint(0, 50)])
            case _: return source.randint(-40_000, 40_000)
    plain = {"date": pyarrow.int32()}.get(kind, pyarrow.int64())
    values = [value() for _ in range(size)]
    if kind == "date" or kind in UNITS:
        return pyarrow.array(values, plain).cast(arrow_type(kind))
    return pyarrow.array(values, arrow_type(kind))


def table(kinds, size, seed):
    source = random.Random(seed)
    names, arrays, fields = [], [], []
    for kind, missing in itertools.product(kinds, (None, 0, 0.3, 1)):
        name = f"{kind} {missing}"
        names.append((name, kind))
        arrays.append(array(kind, size, source, missing or 0))
        fields.append(pyarrow.field(name, arrow_type(kind), nullable=missing is not None))
    return pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields)), names


def cells(rows, names):
    return [arrow_cells(kind, rows.column(name)) for name, kind in names]


def files():
    """Names, functions that write a file at a path, and the cells in it."""
    layouts = itertools.product(SIZES, ("NONE", "GZIP", "SNAPPY"), ("1.0", "2.0"), (True, False))
    for size, codec, version, checksums in layouts:
        rows, names = table(KINDS, size, size)
        options = {
            "compression": codec, "data_page_version": version,
            "write_page_checksum": checksums, "data_page_size": 2000, "row_group_size": 1100}
        yield (f"pyarrow's dictionaries, {size} rows, {codec}, pages {version}, {checksums}",
               lambda path, r=rows, o=options: pyarrow.parquet.write_table(r, path, **o),
               cells(rows, names))
        yield (f"pyarrow's dictionaries that grow too large, {size} rows, {codec}, {version}",
               lambda path, r=rows, o=options: pyarrow.parquet.write_table(
                   r, path, dictionary_pagesize_limit=60, write_batch_size=16, **o),
               cells(rows, names))
        for kind in ("nanos", "nanos-utc"):
            rows, names = table([kind], size, size + 4)
            yield (f"pyarrow's INT96 of {kind}, {size} rows, {codec}, pages {version}, {checksums}",
                   lambda path, r=rows, o=options: pyarrow.parquet.write_table(
                       r, path, use_deprecated_int96_timestamps=True, **o),
                   cells(rows, names))
        for encoding, kinds in ENCODINGS.items():
            rows, names = table(sorted(kinds), size, size + 1)
            chosen = {name: encoding for name, _ in names}
            yield (f"pyarrow's {encoding}, {size} rows, {codec}, pages {version}, {checksums}",
                   lambda path, r=rows, o=options, c=chosen: pyarrow.parquet.write_table(
                       r, path, use_dictionary=False, column_encoding=c, **o),
                   cells(rows, names))
    for size, codec in itertools.product(SIZES, ("uncompressed", "gzip", "snappy")):
        # DuckDB keeps times in microseconds, but for those of nanoseconds without a zone.
        kinds = [kind for kind in KINDS if kind not in {"millis", "millis-utc", "nanos-utc"}]
        rows, names = table(kinds, size, size + 2)
        for version in ("V1", "V2"):
            yield (f"DuckDB's {version}, {size} rows, {codec}",
                   lambda path, r=rows, c=codec, v=version: duckdb.sql(
                       f"COPY (SELECT * FROM r) TO '{path}' (FORMAT parquet, COMPRESSION {c}, "
                       f"PARQUET_VERSION {v}, ROW_GROUP_SIZE 2048)"),
                   cells(rows, names))
        rows, names = table(KINDS, size, size + 3)
        yield (f"Polars', {size} rows, {codec}",
               lambda path, r=rows, c=codec: polars.from_arrow(r).write_parquet(
                   path, compression=c, row_group_size=1000),
               cells(rows, names))
    # Files of years ago, which pyarrow brings for its own tests.
    for old in sorted((Path(pyarrow.__file__).parent / "tests/data/parquet").glob("*.parquet")):
        rows = pyarrow.parquet.read_table(old)
        kinds = {arrow_type(kind): kind for kind in KINDS}
        yield (old.name, lambda path, o=old: shutil.copyfile(o, path),
               cells(rows, [(field.name, kinds[field.type]) for field in rows.schema]))


def unsupported():
    """Names, functions that write a file at a path, and what the refusal must name."""
    for codec in ("ZSTD", "BROTLI", "LZ4_RAW"):
        rows, _ = table(["int64"], 10, 1)
        yield (codec,
               lambda path, r=rows, c=codec.removesuffix("_RAW"): pyarrow.parquet.write_table(
                   r, path, compression=c),
               codec)
    for words, values in [
        ("nested", pyarrow.array([[1], [2, 3]])),
        ("nested", pyarrow.array([{"a": 1}])),
        ("FLOAT", pyarrow.array([1.5], pyarrow.float32())),
        ("FIXED_LEN_BYTE_ARRAY", pyarrow.array([b"ab"], pyarrow.binary(2))),
        ("DECIMAL", pyarrow.array([1], pyarrow.decimal128(30, 2))),
        ("unsigned", pyarrow.array([1], pyarrow.uint32())),
        ("TIME", pyarrow.array([1], pyarrow.time64("us"))),
    ]:
        yield (f"{values.type}",
               lambda path, v=values: pyarrow.parquet.write_table(
                   pyarrow.table({"named": v}), path),
               words)
