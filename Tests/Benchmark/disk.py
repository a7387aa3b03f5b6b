"""How many bytes a lake takes, and how many of them the daily query reads."""

import dataclasses
import pathlib
import sys

from measured import run
from variants import DAY, DUCKDB_LAKE, JSON_LAKE, LAKE, has_duckdb

# The columns of the daily rows that each side reads of its own file.
OURS = [
    "tenant_id", "input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens",
    "cache_write_input_tokens",
]
DUCKDBS = ["tenant_id", "input_tokens", "output_tokens", "total_tokens"]


def files(folder, suffix):
    """The files of the day in a lake, without what lies beside its partitions."""
    year, month, day = DAY.split("-")
    partition = folder / f"year={year}" / f"month={month}" / f"day={day}"
    return sorted(path for path in partition.rglob(f"*{suffix}") if path.is_file())


def size(paths):
    return sum(path.stat().st_size for path in paths)


def queried_size(paths, columns):
    """What a query of these columns has to read of Parquet files: their chunks, and the footers."""
    return sum(chunks(path, columns) + footer(path) for path in paths)


def chunks(path, columns):
    import duckdb

    sizes = duckdb.execute(
        """SELECT sum(total_compressed_size) FROM parquet_metadata(?)
           WHERE list_contains(?, path_in_schema)""",
        [str(path), columns],
    )
    return int(sizes.fetchone()[0])


def footer(path):
    """The metadata, its length in four bytes, and `PAR1`."""
    with pathlib.Path(path).open("rb") as file:
        file.seek(-8, 2)
        return int.from_bytes(file.read(4), "little") + 8


@dataclasses.dataclass
class LakeOnDisk:
    name: str
    query: str  # the variant that reads it
    size: int
    queried: int | None  # what the daily query has to read, where the metadata can be read
    start: int  # what the query's process reads before it opens a lake


def lakes_on_disk(binaries, lakes):
    parquet, json = files(lakes / "parquet", ".parquet"), files(lakes / "json", ".json.gz")
    start = run([binaries / "meter-report", "--help"]).read
    queried = queried_size(parquet, OURS) if has_duckdb() else None
    yield LakeOnDisk("Parquet", LAKE, size(parquet), queried, start)
    yield LakeOnDisk("gzip JSON lines", JSON_LAKE, size(json), size(json), start)
    if has_duckdb():
        start = run([sys.executable, "-c", "import duckdb"]).read
        duckdb = files(lakes / "duckdb", ".parquet")
        queried = queried_size(duckdb, DUCKDBS)
        yield LakeOnDisk("DuckDB's Parquet", DUCKDB_LAKE, size(duckdb), queried, start)
