#!/usr/bin/env python3
"""Proves that a registered table, and the lake under it, are what another client of AWS takes them for.

    catalog_crosscheck.py BIN_DIR SERVER_PROGRAM

BIN_DIR holds meter-etl; SERVER_PROGRAM is moto_server. It needs the packages of catalog-requirements.txt,
which pin pyarrow lower than the other checks do, so they live in an environment of their own.

For a lake of each format, the samples are ingested, the lake is copied to S3, and the table registered
twice. awswrangler must then read from the catalog the columns, comments, partition keys and parameters of
the schema, and from S3 the rows of the lake, by partition and with their types.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import awswrangler
import boto3
import duckdb

ROOT = Path(__file__).resolve().parents[2]
BUCKET = "lake-bucket"
DATABASE, TABLE = "bedrock_metering_db", "token_usage_logs"
COLUMNS = {
    "timestamp": "string", "tenant_id": "string", "user_id": "string", "model_id": "string",
    "input_tokens": "bigint", "output_tokens": "bigint", "total_tokens": "bigint",
    "event_type": "string", "request_id": "string", "cache_read_input_tokens": "bigint",
    "cache_write_input_tokens": "bigint",
}
PARTITION_KEYS = {"year": "string", "month": "string", "day": "string"}
SERDES = {
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "json": "org.openx.data.jsonserde.JsonSerDe",
}


class Failure(Exception):
    """Something is not as it should be."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("server", type=Path)
    arguments = parser.parse_args()
    port = free_port()
    server = subprocess.Popen(
        [arguments.server, "-H", "127.0.0.1", "-p", str(port)], env={**os.environ, "TZ": "UTC"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        set_up_environment(port)
        wait_for(port)
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        for file_format in SERDES:
            with tempfile.TemporaryDirectory() as folder:
                check(arguments.folder.resolve(), Path(folder) / "lake", file_format)
            print(f"a lake of {file_format} files: as it should be")
    except Failure as failure:
        print(failure)
        return 1
    finally:
        server.terminate()
        server.wait()
    return 0


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def set_up_environment(port):
    os.environ.update(
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}", AWS_REGION="us-east-1",
        AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="AKID", AWS_SECRET_ACCESS_KEY="secret")
    awswrangler.config.s3_endpoint_url = os.environ["AWS_ENDPOINT_URL"]
    awswrangler.config.glue_endpoint_url = os.environ["AWS_ENDPOINT_URL"]


def wait_for(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise Failure("the server does not answer")


def check(binaries, lake, file_format):
    """Checks the table and the rows of a lake of one format."""
    run(binaries, "ingest", "--source", ROOT / "samples/exports", "--lake", lake,
        "--format", file_format)
    location = f"s3://{BUCKET}/{file_format}"
    files = copy(lake, file_format)
    for options in [["--no-projection"], ["--projection"], []]:
        said = run(binaries, "register", "--lake", lake, "--location", location,
                   "--table", f"{TABLE}_{file_format}", *options)
    expect("a second registration", said.strip(),
           f"table {DATABASE}.{TABLE}_{file_format}: as it should be")
    check_metadata(f"{TABLE}_{file_format}", location + "/", file_format)
    check_rows(f"{TABLE}_{file_format}", location + "/", file_format, files)


def run(binaries, *arguments, allowed=frozenset({0})):
    done = subprocess.run(
        [binaries / "meter-etl", *map(str, arguments)], capture_output=True, cwd=ROOT, text=True)
    if done.returncode not in allowed:
        raise Failure(f"meter-etl {arguments[0]} ends with {done.returncode}: {done.stderr[:300]}")
    return done.stdout


def copy(lake, prefix):
    """Copies the day files to S3 and returns their local paths."""
    files = sorted(lake.glob("year=*/**/bedrock-usage-*"))
    for file in files:
        key = f"{prefix}/{file.relative_to(lake)}"
        boto3.client("s3").upload_file(str(file), BUCKET, key)
    if not files:
        raise Failure("the lake has no day files")
    return files


def check_metadata(table, location, file_format):
    expect("databases", DATABASE in awswrangler.catalog.databases()["Database"].tolist(), True)
    columns, keys = awswrangler.catalog.get_table_types(DATABASE, table), PARTITION_KEYS
    expect("columns and keys", columns, {**COLUMNS, **keys})
    expect("location", awswrangler.catalog.get_table_location(DATABASE, table), location)
    comments = awswrangler.catalog.get_columns_comments(DATABASE, table)
    expect("columns without a comment", [name for name in COLUMNS if not comments[name]], [])
    parameters = awswrangler.catalog.get_table_parameters(DATABASE, table)
    expect("classification", parameters["classification"], file_format)
    expect("projection", parameters["projection.enabled"], "true")
    expect("digits of days", parameters["projection.day.digits"], "2")
    definition = boto3.client("glue").get_table(DatabaseName=DATABASE, Name=table)["Table"]
    expect("SerDe", definition["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"],
           SERDES[file_format])


def check_rows(table, location, file_format, files):
    """Compares the rows that awswrangler reads from S3 with those of the files on disk."""
    if file_format == "parquet":
        # By the catalog's own column types, as a client of the table reads it.
        read = awswrangler.s3.read_parquet_table(database=DATABASE, table=table)
    else:
        read = awswrangler.s3.read_json(location, lines=True, dataset=True, compression="gzip",
                                        dtype_backend="pyarrow", convert_dates=False)
    names = [*COLUMNS, *PARTITION_KEYS]
    found = sorted(as_rows(read[names]), key=repr)
    kinds = {name: "BIGINT" if kind == "bigint" else "VARCHAR"
             for name, kind in {**COLUMNS, **PARTITION_KEYS}.items()}
    options = "hive_partitioning = true, hive_types_autocast = false"
    if file_format == "parquet":
        reader = "read_parquet"
    else:
        # Not left to guesses, which would make timestamps of texts.
        reader = "read_json"
        types = ", ".join(f"{quoted(name)}: '{kind}'" for name, kind in kinds.items())
        options += f", columns = {{{types}}}"
    cells = ", ".join(f"CAST({quoted(name)} AS {kind})" for name, kind in kinds.items())
    paths = json.dumps([str(file) for file in files])
    stored = duckdb.sql(f"SELECT {cells} FROM {reader}({paths}, {options})").fetchall()
    expect("number of rows", len(found), len(stored))
    expect("rows", found, sorted(stored, key=repr))
    days = {(row[-3], row[-2], row[-1]) for row in found}
    expect("days", len(days), len(files))


def quoted(name):
    return '"' + name + '"'


def as_rows(frame):
    """The rows as tuples of text, whole numbers and None."""
    def plain(value, kind):
        if value is None or value != value:
            return None
        return int(value) if kind == "bigint" else str(value)

    kinds = list({**COLUMNS, **PARTITION_KEYS}.values())
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    return [tuple(plain(*pair) for pair in zip(row, kinds)) for row in rows]


def expect(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}: {ascii(found)[:500]} in place of {ascii(wanted)[:500]}")


if __name__ == "__main__":
    sys.exit(main())
