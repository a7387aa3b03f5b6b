"""Checks the statements that make the table against the columns of a lake of their format."""

import re

import sqlglot
from sqlglot import exp

from athena_rules import grammar_errors

PROJECTION = {
    "projection.enabled": "true",
    "projection.year.type": "integer",
    "projection.year.range": "2020,2050",
    "projection.year.digits": "4",
    "projection.month.type": "integer",
    "projection.month.range": "1,12",
    "projection.month.digits": "2",
    "projection.day.type": "integer",
    "projection.day.range": "1,31",
    "projection.day.digits": "2",
}


# By what a definition says how files are read, and the name that Glue has for the format.
SERDES = {
    "org.openx.data.jsonserde.JsonSerDe": "json",
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe": "parquet",
}
OPTIONAL = ("request_id", "TEXT")


def definition_errors(sql, columns):
    """What is wrong with a CREATE statement; `columns` are a lake's, by the lake's format."""
    problems = grammar_errors(sql, dialect="hive")
    if '"' in re.sub(r"'[^']*'", "", sql):
        problems.append("definition: a name in double quotes; definitions take backticks")
    try:
        tree = sqlglot.parse_one(sql, read="athena")
    except sqlglot.errors.SqlglotError as error:
        return [*problems, f"sqlglot: {str(error).splitlines()[0]}"]
    if not isinstance(tree, exp.Create):
        return [*problems, "definition: not understood"]
    if tree.kind == "TABLE":
        format = format_of_definition(tree)
        if format not in columns:
            return [*problems, f"definition: reads {format}, which is no lake's format"]
        problems += _column_errors(tree, columns[format]) + _property_errors(tree, format)
    return problems


def format_of_definition(tree):
    """The format of the files that a table reads, or what stands in its place."""
    stored = tree.find(exp.FileFormatProperty)
    serde = tree.find(exp.RowFormatSerdeProperty)
    if serde:
        return SERDES.get(serde.this.name, serde.this.name)
    return stored.this.name.lower() if stored else "nothing"


def _column_errors(tree, wanted):
    columns = _columns(tree.this)
    if OPTIONAL not in wanted:
        columns = [column for column in columns if column != OPTIONAL]
    problems = []
    if columns != wanted:
        problems.append(f"definition: columns {columns}, lake {wanted}")
    partitions = tree.find(exp.PartitionedByProperty)
    keys = _columns(partitions.this) if partitions else None
    if keys != [("year", "TEXT"), ("month", "TEXT"), ("day", "TEXT")]:
        problems.append(f"definition: partition keys {keys}")
    return problems


def _columns(schema):
    return [(column.name, column.kind.this.value) for column in schema.expressions]


def _property_errors(tree, format):
    problems = []
    properties = {}
    for item in tree.find_all(exp.Property):
        if type(item) is not exp.Property:
            continue
        for part in [item.this, item.args["value"]]:
            if not (isinstance(part, exp.Literal) and part.is_string):
                problems.append(f"definition: a property is not in quotes: {item.sql('hive')}")
        properties[item.this.name] = item.args["value"].name
    for name, value in {"classification": format, **PROJECTION}.items():
        if properties.get(name) != value:
            problems.append(f"definition: {name} is {properties.get(name)}, not {value}")
    location = tree.find(exp.LocationProperty)
    location = location.this.name if location else ""
    template = location + "year=${year}/month=${month}/day=${day}/"
    if not location.endswith("/"):
        problems.append(f"definition: the location {location} does not end in /")
    if properties.get("storage.location.template") not in {None, template}:
        problems.append("definition: storage.location.template is not the lake's layout")
    return problems
