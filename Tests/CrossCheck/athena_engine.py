"""Runs the statements of an ingest as Athena would: tables over objects, UNLOAD, partitions.

Queries run in DuckDB, with no change but the names in `RENAMED`: functions that DuckDB has under the
same name and with another meaning. Those and the ones that it has not are defined here, as Trino's
documentation has them. Objects in S3 are files of a local folder, or rows that UNLOAD wrote.
"""

import functools
import gzip
import json
import re

import duckdb
import pyarrow
import sqlglot
from duckdb.sqltypes import VARCHAR
from sqlglot import exp
from sqlglot.tokens import TokenType

RENAMED = {
    "cardinality": "athena_cardinality", "json_extract": "athena_json_extract",
    "json_extract_scalar": "athena_json_extract_scalar", "json_format": "athena_json_format",
    "json_parse": "athena_json_parse", "length": "athena_length", "regexp_replace": "athena_regexp_replace",
}
MACROS = [
    "athena_cardinality(list) AS len(list)",
    "athena_json_format(document) AS document",
    # Of what to_utf8 gives, which is a text here.
    "athena_length(bytes) AS strlen(bytes)",
    "athena_regexp_replace(text, pattern, new) AS regexp_replace(text, pattern, new, 'g')",
    "regexp_like(text, pattern) AS regexp_matches(text, pattern)",
    # DuckDB's texts are always UTF-8. A byte that is none stands here as U+100000 and its value.
    "to_utf8(text) AS text",
    r"from_utf8(text) AS regexp_replace(text, '[\x{100000}-\x{1000ff}]', chr(65533), 'g')",
]
UNLOAD = re.compile(r"UNLOAD \((?P<query>.*)\)\s+TO '(?P<to>(?:[^']|'')*)'\s+WITH \((?P<with>.*)\)",
                    re.DOTALL)
ALTER = re.compile(
    r"ALTER TABLE `(?P<database>[^`]*)`\.`(?P<table>[^`]*)`\s+(?P<add>ADD IF NOT EXISTS\s+)?"
    r"PARTITION \((?P<keys>[^)]*)\)\s+(?:SET )?LOCATION '(?P<location>[^']*)'")
DROP = re.compile(r"DROP TABLE IF EXISTS `([^`]*)`\.`([^`]*)`")


class AthenaError(Exception):
    """What Athena would refuse."""


class Athena:
    """A catalog, the objects in S3, and an engine over both."""

    def __init__(self):
        self.folders = {}  # by their location, folders of local files
        self.files = {}  # by the location that UNLOAD wrote to, a list of column names and rows
        self.tables = {}
        self._loaded = {}  # by their names, what tables in DuckDB were made of
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
        for macro in MACROS:
            self._connection.execute(f"CREATE MACRO {macro}")
        for function, parameters in [(json_parse, 1), (json_extract, 2), (json_extract_scalar, 2)]:
            self._connection.create_function(
                f"athena_{function.__name__}", function, [VARCHAR] * parameters, VARCHAR,
                null_handling="special")

    def run(self, sql):
        """The rows of a statement, each a dictionary; none where it is no query."""
        kind = sql.split(maxsplit=1)[0].upper()
        if kind == "CREATE":
            return self._create(sql)
        if kind == "UNLOAD":
            return self._unload(sql)
        if kind == "ALTER":
            return self._alter(sql)
        if kind == "DROP":
            self.tables.pop(DROP.fullmatch(sql).groups(), None)
            return []
        names, rows = self._query(sql)
        return [dict(zip(names, row)) for row in rows]

    # --- Catalog ---------------------------------------------------------------------------------

    def _create(self, sql):
        tree = sqlglot.parse_one(sql, read="athena")
        if tree.kind != "TABLE":
            return []
        name = (tree.this.this.db, tree.this.this.name)
        if name in self.tables:
            if not tree.args.get("exists"):
                raise AthenaError(f"the table {name[1]} is there already")
            return []
        partitions = tree.find(exp.PartitionedByProperty)
        self.tables[name] = Table(
            columns=_columns(tree.this), keys=_columns(partitions.this) if partitions else {},
            location=tree.find(exp.LocationProperty).this.name,
            properties={item.this.name: item.args["value"].name
                        for item in tree.find_all(exp.Property) if type(item) is exp.Property})
        return []

    def _alter(self, sql):
        match = ALTER.fullmatch(sql)
        if not match:
            raise AthenaError(f"not understood: {sql}")
        table = self.tables[match["database"], match["table"]]
        keys = dict(re.findall(r"(\w+) = '([^']*)'", match["keys"]))
        partition = tuple(keys[name] for name in table.keys)
        if match["add"]:
            table.partitions.setdefault(partition, match["location"])
        elif partition in table.partitions:
            table.partitions[partition] = match["location"]
        else:
            raise AthenaError(f"no partition {partition}")
        return []

    # --- Queries ---------------------------------------------------------------------------------

    def _unload(self, sql):
        match = UNLOAD.fullmatch(sql)
        if not match:
            raise AthenaError(f"not understood: {sql[:80]}")
        location = match["to"].replace("''", "'")
        keys = re.search(r"partitioned_by = ARRAY\[([^\]]*)\]", match["with"])
        keys = re.findall(r"'(\w+)'", keys[1]) if keys else []
        if not keys and any(path.startswith(location) for path in self.files):
            raise AthenaError(f"{location} is not empty")
        names, rows = self._query(match["query"])
        if names[len(names) - len(keys):] != keys:
            raise AthenaError("partition keys must come last")
        written, kept = {}, names[:len(names) - len(keys)]
        for row in rows:
            folder = "".join(f"{key}={value}/" for key, value in zip(keys, row[len(kept):]))
            written.setdefault(location + folder, []).append(row[:len(kept)])
        if keys and len(written) > 100:
            raise AthenaError(f"{len(written)} partitions in one statement")
        for path, part in written.items():
            self.files.setdefault(path, []).append((kept, part))
        return []

    def _query(self, sql):
        tree = sqlglot.parse_one(sql, read="athena")
        for table in tree.find_all(exp.Table):
            if table.db:
                self._load((table.db, table.name))
        cursor = self._connection.execute(_renamed(sql))
        return [column[0] for column in cursor.description], cursor.fetchall()

    def _load(self, name):
        """Makes the table in DuckDB anew, where its objects are not those that it was made of."""
        if name not in self.tables:
            raise AthenaError(f"no table {name[1]}")
        table, database = self.tables[name], name[0].replace('"', '""')
        contents = [(path, len(parts)) for _, location in table.places()
                    for path, parts in self.files.items() if path.startswith(location)]
        if self._loaded.get(name) == (table, contents):
            return
        self._loaded[name] = table, contents
        quoted = '"{}"."{}"'.format(database, name[1].replace('"', '""'))
        rows = list(self._rows(table))
        types = {**table.columns, **table.keys}
        if "line" in types and len(types) == 1:
            types["$path"] = "VARCHAR"
        self._connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{database}"')
        kinds = {"VARCHAR": pyarrow.string(), "BIGINT": pyarrow.int64()}
        loaded = pyarrow.table(
            [pyarrow.array([row[number] for row in rows], kinds[kind])
             for number, kind in enumerate(types.values())], list(types))
        self._connection.register("loaded", loaded)
        self._connection.execute(f"CREATE OR REPLACE TABLE {quoted} AS SELECT * FROM loaded")
        self._connection.unregister("loaded")

    def _rows(self, table):
        if not table.keys:
            yield from self._lines(table.location)
            return
        for values, location in table.places():
            for path, parts in self.files.items():
                if path.startswith(location):
                    for names, rows in parts:
                        for row in rows:
                            found = dict(zip(names, row))
                            yield (*(found[column] for column in table.columns), *values)

    def _lines(self, location):
        """The lines of all objects below a location, with the objects' paths."""
        folder = self.folders[location]
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file() and not path.name.startswith(("_", ".")):
                data = path.read_bytes()
                if path.name.endswith(".gz"):
                    data = gzip.decompress(data)
                for line in re.split(rb"\r\n|\r|\n", data):
                    yield _text(line), location + str(path.relative_to(folder))


class Table:
    """A table of the catalog."""

    def __init__(self, columns, keys, location, properties):
        self.columns, self.keys, self.location = columns, keys, location
        self.properties = properties
        self.partitions = {}

    def places(self):
        """The values and the location of each partition; registered ones count if none are projected."""
        if self.properties.get("projection.enabled") != "true":
            return list(self.partitions.items())
        template = self.properties.get(
            "storage.location.template",
            self.location + "".join(f"{key}=${{{key}}}/" for key in self.keys))
        places = [((), template)]
        for key in self.keys:
            # Only lists are projected here; of other projections no location holds a file.
            values = self.properties.get(f"projection.{key}.values", "").split(",")
            places = [((*done, value), location.replace(f"${{{key}}}", value))
                      for done, location in places for value in values]
        return places


def _columns(schema):
    types = {"TEXT": "VARCHAR", "BIGINT": "BIGINT"}
    return {column.name: types[column.kind.this.value] for column in schema.expressions}


def _text(line):
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    return "".join(chr(0x100000 + ord(character) - 0xDC00) if "\udc80" <= character <= "\udcff"
                   else character for character in line.decode("utf-8", "surrogateescape"))


def _renamed(sql):
    tokens = sqlglot.tokenize(sql, read="trino")
    for token, following in reversed(list(zip(tokens, tokens[1:]))):
        name = RENAMED.get(token.text.lower())
        if name and following.token_type is TokenType.L_PAREN:
            sql = sql[:token.start] + name + sql[token.end + 1:]
    return sql


# --- JSON ----------------------------------------------------------------------------------------


class Number(str):
    """A number as it is written."""


def _refuse(name):
    raise ValueError(name)


@functools.lru_cache(maxsize=100_000)
def json_parse(text):
    """The document with its keys in order, each once: the last of equal keys stays. Numbers with a
    fraction or an exponent are doubles. Null where the text is no JSON, which Trino makes an error."""
    if text is None:
        return None
    try:
        return _canonical(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return None


def json_extract(document, path):
    """The member at a path, as JSON."""
    if document is None:
        return None
    found = _member(_members(document), path)
    return None if found is _MISSING else _canonical(found)


def json_extract_scalar(text, path):
    """The member at a path as text, a number as it is written; of equal keys the first. Null where it
    is null or no scalar."""
    if text is None:
        return None
    found = _member(_first_members(text), path)
    if found is True or found is False:
        return str(found).lower()
    return _encodable(found) if isinstance(found, str) else None


@functools.lru_cache(maxsize=10_000)
def _members(document):
    return json.loads(document)


@functools.lru_cache(maxsize=10_000)
def _first_members(text):
    return json.loads(
        text, parse_int=Number, parse_float=Number,
        object_pairs_hook=lambda pairs: dict(reversed(pairs)))


_MISSING = object()


@functools.cache
def _steps(path):
    return re.findall(r"[.](\w+)|\[(\d+)\]", path)


def _member(value, path):
    for key, index in _steps(path):
        if key and isinstance(value, dict) and key in value:
            value = value[key]
        elif index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        else:
            return _MISSING
    return value


def _canonical(value):
    return _encodable(
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _encodable(text):
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "?", text)
