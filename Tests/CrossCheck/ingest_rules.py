"""What Athena refuses of the statements of an ingest."""

import sqlglot
from sqlglot import exp

from athena_engine import ALTER, UNLOAD
from athena_names import unknown_names
from athena_rules import (
    FUNCTIONS, MAXIMUM_STATEMENT_SIZE, forbidden_text, grammar_errors, partition_comparisons,
    partition_filters, type_errors,
)

# Further functions, which `athena_engine` has as Trino's documentation has them, or which are one in
# both engines.
INGEST_FUNCTIONS = FUNCTIONS | {
    "CARDINALITY", "CHR", "FIRST_VALUE", "FROM_UTF8", "JSON_EXTRACT", "JSON_EXTRACT_SCALAR", "JSON_FORMAT",
    "JSON_PARSE", "REGEXP_EXTRACT", "REGEXP_EXTRACT_ALL", "REGEXP_LIKE", "REGEXP_REPLACE", "RPAD",
    "STRPOS", "TO_UTF8",
}
# Casts that no text fails.
SAFE_TYPES = {exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT}


def statement_errors(sql, tables):
    """What is wrong with a statement; `tables` are the columns of those that were made before it."""
    if len(sql.encode()) > MAXIMUM_STATEMENT_SIZE:
        return ["grammar: longer than Athena takes"]
    kind = sql.split(maxsplit=1)[0].upper()
    if kind in {"CREATE", "ALTER", "DROP"}:
        return _definition_errors(sql, kind, tables)
    options = ""
    if kind == "UNLOAD":
        match = UNLOAD.fullmatch(sql)
        if not match:
            return ["UNLOAD: not understood"]
        sql, options = match["query"].strip(), match["with"]
    elif kind not in {"SELECT", "WITH"}:
        return [f"a statement that begins with {kind}"]
    problems = grammar_errors(sql)
    try:
        tree = sqlglot.parse_one(sql, read="athena")
    except sqlglot.errors.SqlglotError as error:
        return [*problems, f"sqlglot: {str(error).splitlines()[0]}"]
    if kind == "UNLOAD":
        problems += _unload_errors(tree, options)
    problems += forbidden_text(sql, tree, INGEST_FUNCTIONS)
    problems += unknown_names(tree, tables)
    problems += partition_comparisons(tree)
    problems += partition_filters(tree, None)
    problems += _unguarded_failures(tree)
    return problems or type_errors(tree, tables)


def _definition_errors(sql, kind, tables):
    if kind == "ALTER":  # the grammar of Hive that is at hand knows no SET LOCATION of a partition
        return [] if ALTER.fullmatch(sql) else ["ALTER: not as documented"]
    problems = grammar_errors(sql, dialect="hive")
    if kind != "CREATE" or problems:
        return problems
    tree = sqlglot.parse_one(sql, read="athena")
    if tree.kind == "TABLE":
        columns = {column.name: {"TEXT": "VARCHAR"}.get(column.kind.this.value, "BIGINT")
                   for column in tree.find_all(exp.ColumnDef)}
        if list(columns) == ["line"]:
            columns["$path"] = "VARCHAR"
        tables[tree.this.this.db, tree.this.this.name] = columns
        for item in tree.find_all(exp.Property):
            if type(item) is exp.Property and not (
                    isinstance(item.args["value"], exp.Literal) and item.args["value"].is_string):
                problems.append(f"definition: a property is not in quotes: {item.sql('hive')}")
        location = tree.find(exp.LocationProperty).this.name
        if not location.endswith("/"):
            problems.append(f"definition: the location {location} does not end in /")
    return problems


def _unload_errors(tree, options):
    """Partition keys come last in the query, and queries begin with SELECT."""
    if tree.args.get("with_") or not isinstance(tree, exp.Select):
        return ["UNLOAD: the documented form takes a SELECT"]
    selected = tree.named_selects
    keys = options.partition("ARRAY[")[2].partition("]")[0].replace("'", "").split(",")
    keys = [key.strip() for key in keys if key.strip()]
    if keys and selected[len(selected) - len(keys):] != keys:
        return [f"UNLOAD: partitioned by {keys}, which is not what comes last"]
    return []


def _unguarded_failures(tree):
    """Whatever fails on one hostile line fails the whole statement, unless TRY makes it null."""
    problems = [
        "tree: json_parse without TRY"
        for call in tree.find_all(exp.ParseJSON) if not call.find_ancestor(exp.Try)]
    for cast in tree.find_all(exp.Cast):
        # Digits that a pattern has found, or 0; and counts, which are added up as wider numbers.
        is_count = isinstance(cast.this, exp.Column) and cast.this.name.endswith("_tokens")
        is_safe = isinstance(cast.this, exp.Coalesce) or is_count
        if cast.to.this not in SAFE_TYPES and not is_safe and not cast.find_ancestor(exp.Try):
            problems.append(f"tree: a cast without TRY: {cast.sql('athena')[:80]}")
    return problems
