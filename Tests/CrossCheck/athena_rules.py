"""What Athena refuses or reads differently, although DuckDB runs it.

`violations` looks at a statement's text and tree and says, in one sentence each, what is wrong. It
knows the table's columns and types, so it can tell names and types apart as Athena would.
"""

import functools

import sqlglot
import trino_sql_validator
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.tokens import TokenType

from athena_names import is_metering_table, unknown_names
from athena_table import COLUMNS, DATABASE, PARTITION_KEYS, TABLE, partition_days

MAXIMUM_STATEMENT_SIZE = 262_144

# In both engines, and with one meaning in both.
FUNCTIONS = {
    "ABS", "ARBITRARY", "AVG", "CAST", "COALESCE", "CONCAT", "COUNT", "DATE", "EXTRACT", "FLOOR",
    "FROM_ISO8601_TIMESTAMP", "GREATEST", "LAG", "LEAST", "LENGTH", "LOWER", "LPAD", "MAX", "MIN",
    "NULLIF", "RANK", "REPLACE", "ROUND", "ROW_NUMBER", "SUBSTR", "SUBSTRING", "SUM", "TRIM",
    "TRY", "TRY_CAST", "UPPER",
}
# What may stand before a parenthesis and is no function.
SYNTAX = {
    "AND", "AS", "BETWEEN", "BY", "CHAR", "DECIMAL", "DISTINCT", "ELSE", "EXCEPT", "EXISTS",
    "FILTER", "FROM", "HAVING", "IN", "INTERSECT", "JOIN", "NOT", "ON", "OR", "OVER", "SELECT",
    "SETS", "THEN", "TIMESTAMP", "UNION", "USING", "VALUES", "VARCHAR", "WHEN", "WHERE",
}
FAMILIES = {
    "text": exp.DataType.TEXT_TYPES,
    "number": exp.DataType.NUMERIC_TYPES,
    "date": {exp.DataType.Type.DATE},
    "instant": exp.DataType.TEMPORAL_TYPES - {exp.DataType.Type.DATE},
    "truth value": {exp.DataType.Type.BOOLEAN},
}


def violations(sql, period=None, needs_try=True):
    """The reasons why Athena would refuse the query `sql`, or answer it differently.

    `period` is the first and last day, as texts, whose partitions it must name, where known.
    """
    problems = grammar_errors(sql)
    try:
        tree = sqlglot.parse_one(sql, read="athena")
    except sqlglot.errors.SqlglotError as error:
        return [*problems, f"sqlglot: {_first_line(error)}"]
    problems += forbidden_text(sql, tree)
    problems += unknown_names(tree)
    problems += partition_comparisons(tree)
    if needs_try:
        problems += _unguarded_instants(tree)
    if not problems:
        problems += type_errors(tree)
    return problems + partition_filters(tree, period)


def grammar_errors(sql, dialect="trino"):
    """What the grammar, or Trino's list of functions and types, does not know."""
    if len(sql.encode()) > MAXIMUM_STATEMENT_SIZE:
        return ["grammar: longer than Athena takes"]
    result = trino_sql_validator.validate(sql, dialect=dialect, jinja="reject")
    if not result.valid:
        return [f"grammar: {result.error.message}"]
    if result.statement_count != 1:
        return [f"grammar: {result.statement_count} statements"]
    return [f"grammar: {type(warning).__name__} {warning.name}" for warning in result.warnings]


# --- Text ----------------------------------------------------------------------------------------


def forbidden_text(sql, tree, functions=FUNCTIONS):
    """What stands in a query that Athena does not take; `functions` are those that it may call."""
    problems = []
    tokens = sqlglot.tokenize(sql, read="trino")
    aliases = {alias.name.upper() for alias in tree.find_all(exp.TableAlias)}
    for token, following in zip(tokens, [*tokens[1:], None]):
        word = token.text.upper()
        if token.token_type is TokenType.DCOLON:
            problems.append("text: a cast with ::")
        elif "`" in word and token.token_type is not TokenType.STRING:
            problems.append("text: a backtick")
        elif (following is not None and following.token_type is TokenType.L_PAREN
              and token.token_type is not TokenType.STRING and word.replace("_", "a").isalnum()
              and not word.isdigit() and word not in functions | SYNTAX | aliases):
            problems.append(f"text: the function {word} is not on the list")
    return problems


# --- Tree ----------------------------------------------------------------------------------------


def partition_comparisons(tree):
    """Partition keys may be compared with texts only: `year = 2025` is a type error in Athena."""
    problems = []
    for node in tree.find_all(exp.Predicate):
        if isinstance(node, (exp.Not, exp.Is, exp.Exists)):
            continue
        sides = [side for side in node.iter_expressions() if not isinstance(side, exp.Subquery)]
        keys = [side for side in sides for key in side.find_all(exp.Column)
                if key.name in PARTITION_KEYS]
        for literal in (leaf for side in sides for leaf in side.find_all(exp.Literal)):
            if keys and literal.find_ancestor(exp.Predicate) is node and not literal.is_string:
                problems.append(f"tree: a partition key is compared with {literal.sql()}")
    return problems


def _unguarded_instants(tree):
    """One unreadable time fails the whole query, unless TRY makes it null."""
    return [
        "tree: from_iso8601_timestamp without TRY"
        for call in tree.find_all(exp.FromISO8601Timestamp) if not call.find_ancestor(exp.Try)
    ]


def type_errors(tree, others=None):
    """What mixes types as Athena does not; `others` are further tables by database and name."""
    schema = {DATABASE: {TABLE: COLUMNS | PARTITION_KEYS}}
    for (database, table), columns in (others or {}).items():
        schema.setdefault(database, {})[table] = columns
    tree = tree.copy()
    for call in tree.find_all(exp.FromISO8601Timestamp):
        guarded = call.find_ancestor(exp.Try) or call
        guarded.replace(exp.cast(call.this.copy(), "TIMESTAMPTZ"))
    try:
        tree = qualify(tree, schema=schema, dialect="athena", quote_identifiers=False)
        tree = annotate_types(tree, schema=schema, dialect="athena")
    except sqlglot.errors.SqlglotError as error:
        return [f"types: {_first_line(error)}"]
    problems = []
    for node in tree.find_all(exp.Predicate):
        if not isinstance(node, (exp.Not, exp.Is, exp.Exists)):
            families = {_family(side) for side in node.iter_expressions()} - {None}
            if len(families) > 1:
                kinds = " with ".join(sorted(families))
                problems.append(f"types: compares {kinds}: {node.sql('athena')[:80]}")
    for division in tree.find_all(exp.Div):
        if not any(side.is_type("double") for side in (division.this, division.expression)):
            # Integers are cut and decimals rounded in Athena; in DuckDB both become doubles.
            problems.append(f"types: divides no doubles: {division.sql('athena')[:80]}")
    for call in tree.find_all(exp.Substring, exp.Lower, exp.Upper, exp.Trim, exp.Concat):
        first = call.this or call.expressions[0]
        if _family(first) not in {"text", None}:
            problems.append(f"types: takes {_family(first)} for text: {call.sql('athena')[:80]}")
    return problems


def _family(node):
    return next((name for name, types in FAMILIES.items()
                 if node.type is not None and node.type.this in types), None)


# --- Partitions ----------------------------------------------------------------------------------


def partition_filters(tree, period):
    """Every read of the table names its partitions: exactly the period's, if one is given."""
    problems = []
    for scope in traverse_scope(tree):
        tables = [source for _, source in scope.selected_sources.values()]
        if not any(is_metering_table(table) for table in tables):
            continue
        problems += _filter_errors(_partition_predicate(scope.expression), period)
    return problems


def _partition_predicate(select):
    """The conditions of WHERE that speak of nothing but partition keys."""
    where = select.args.get("where")
    conditions = where.this.unnest().flatten() if where else []
    if where and not isinstance(where.this.unnest(), exp.And):
        conditions = [where.this]
    conditions = [
        condition.copy() for condition in conditions
        if {column.name for column in condition.find_all(exp.Column)} - set(PARTITION_KEYS) == set()
        and condition.find(exp.Column)
    ]
    for condition in conditions:
        for column in condition.find_all(exp.Column):
            column.set("table", None)
    return " AND ".join(f"({condition.sql('duckdb')})" for condition in conditions)


def _filter_errors(predicate, period):
    if not predicate:
        return ["partitions: no condition on year, month and day"]
    try:
        days = _days_of(predicate)
    except Exception as error:  # whatever DuckDB makes of it
        return [f"partitions: {_first_line(error)}"]
    if not days:
        return ["partitions: the condition is true of no day"]
    if period is None:
        return [] if len(days) < 11_323 else ["partitions: the condition is true of every day"]
    first, last = period
    wanted = _days_of(f"year || '-' || month || '-' || day BETWEEN '{first}' AND '{last}'")
    if days == wanted:
        return []
    difference = sorted(set(days) ^ set(wanted))
    return [f"partitions: {len(difference)} days differ from the period's, first {difference[0]}"]


@functools.cache
def _days_of(predicate):
    rows = _partitions().execute(
        f"SELECT year || '-' || month || '-' || day FROM partitions WHERE {predicate} ORDER BY 1")
    return tuple(day for day, in rows.fetchall())


@functools.cache
def _partitions():
    return partition_days()


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0][:160]
