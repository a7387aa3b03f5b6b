"""Which names a query may use where, as Athena resolves them.

Athena knows a select list's aliases in ORDER BY only. DuckDB also takes them in WHERE, GROUP BY,
HAVING and in the select list itself.
"""

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from athena_table import COLUMNS, DATABASE, PARTITION_KEYS, TABLE


def is_metering_table(source):
    """Whether a scope's source is the table itself."""
    return isinstance(source, exp.Table) and (source.db, source.name) == (DATABASE, TABLE)


def unknown_names(tree, others=None):
    """The names in `tree` that Athena would not resolve.

    `others` are the columns of further tables, by database and name.
    """
    others, problems = others or {}, []
    for scope in traverse_scope(tree):
        query = scope.expression
        if isinstance(query, exp.Select):
            problems += _unknown_in_select(scope, others)
        elif isinstance(query, exp.SetOperation):
            known = set(query.left.named_selects)
            problems += [f"names: {column.name} orders a union that has no such column"
                         for column in _columns_below(query.args.get("order"))
                         if column.name not in known]
    return problems


def _unknown_in_select(scope, others):
    select, problems = scope.expression, []
    sources = {
        name: _output_names(source, others)
        for name, (_, source) in scope.selected_sources.items()
    }
    problems += [f"names: no table {name}" for name, names in sources.items() if names is None]
    outer = scope
    while outer.parent is not None and outer.is_subquery:  # a correlated subquery
        outer = outer.parent
        for name, (_, source) in outer.selected_sources.items():
            sources.setdefault(name, _output_names(source, others))
    visible = set().union(*(names or () for names in sources.values()))
    aliases = {item.alias: item.unalias() for item in select.expressions if item.alias}
    for clause, node in select.args.items():
        if clause in {"with_", "from_", "with", "from", "limit", "hint"}:
            continue
        for column in _columns_below(node):
            names = sources.get(column.table) if column.table else visible
            is_known = names is not None and column.name in names
            if clause == "order" and not column.table and column.name in aliases:
                is_known = True
            if not is_known:
                hint = ", an alias of this select" if column.name in aliases else ""
                problems.append(f"names: {clause} uses {column.sql()}{hint}")
            elif clause == "group" and column.parent is node:
                meant = aliases.get(column.name, column)
                if not (isinstance(meant, exp.Column) and meant.name == column.name):
                    problems.append(f"names: GROUP BY {column.name} means a column in Athena")
    return problems


def _columns_below(node):
    """The columns in a clause, those of subqueries aside."""
    columns = []
    for part in node if isinstance(node, list) else [node]:
        if isinstance(part, exp.Expression):
            for found in part.walk(prune=lambda inner: isinstance(inner, exp.Query)):
                if isinstance(found, exp.Column) and not isinstance(found.this, exp.Star):
                    columns.append(found)
    return columns


def _output_names(source, others):
    """The names of a source's columns, or None where there is no such source."""
    if isinstance(source, exp.Table):
        if is_metering_table(source):
            return set(COLUMNS | PARTITION_KEYS)
        other = others.get((source.db, source.name))
        return None if other is None else set(other)
    if not isinstance(source, Scope):
        return None
    if source.outer_columns:
        return set(source.outer_columns)
    query = source.expression
    if isinstance(query, exp.SetOperation):
        return set(query.left.named_selects)
    if isinstance(query, exp.Values):
        return set(query.alias_column_names)
    names = set(query.named_selects) if isinstance(query, exp.Query) else set()
    if "*" in names:
        for _, inner in source.selected_sources.values():
            names |= _output_names(inner, others) or set()
    return names - {"*"}
