"""Which statements may pass: a closed list of what a SELECT may be made of.

Whatever is not listed is refused, so that text, file readers, table functions and tables outside
the contract cannot reach the database by any way that nobody has thought of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import MetaData, Table
from sqlalchemy.sql import elements, operators, selectable
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import Column
from sqlalchemy.sql.visitors import HasTraverseInternals

from store.cursor import StatementError

_NODES = frozenset(
    {
        selectable.Select,
        selectable.CompoundSelect,
        selectable.Subquery,
        selectable.ScalarSelect,
        selectable.SelectStatementGrouping,
        selectable.Exists,
        selectable.CTE,
        selectable.Alias,
        selectable.Join,
        selectable.FromGrouping,
        selectable._OffsetLimitParam,
        Table,
        Column,
        elements.ColumnClause,
        elements.BindParameter,
        elements.Label,
        elements._label_reference,
        elements._textual_label_reference,
        elements.BinaryExpression,
        elements.UnaryExpression,
        elements.AsBoolean,
        elements.BooleanClauseList,
        elements.ExpressionClauseList,
        elements.ClauseList,
        elements.Grouping,
        elements.Tuple,
        elements.Case,
        elements.Cast,
        elements.TypeClause,
        elements.TypeCoerce,
        elements.Extract,
        elements.Over,
        elements.FunctionFilter,
        elements.WithinGroup,
        elements.Null,
        elements.True_,
        elements.False_,
    }
)

# Plain functions of values and rows, none of which can stand as a table. A question that needs
# another one adds it here, on purpose.
_FUNCTIONS = frozenset(
    {
        "abs",
        "avg",
        "ceil",
        "coalesce",
        "concat",
        "corr",
        "count",
        "cume_dist",
        "dense_rank",
        "exp",
        "first_value",
        "floor",
        "greatest",
        "lag",
        "last_value",
        "lead",
        "least",
        "length",
        "list_extract",
        "ln",
        "log10",
        "lower",
        "max",
        "median",
        "min",
        "min_by",
        "mod",
        "ntile",
        "nullif",
        "percent_rank",
        "percentile_cont",
        "power",
        "quantile_cont",
        "quantile_disc",
        "rank",
        "regr_intercept",
        "regr_slope",
        "round",
        "row_number",
        "sign",
        "sqrt",
        "stddev_pop",
        "stddev_samp",
        "substr",
        "sum",
        "trim",
        # of a list in a column, one row each; as a table it may not stand (no such node is listed)
        "unnest",
        "upper",
        "var_pop",
        "var_samp",
    }
)


def check_statement(statement: object, contract: MetaData) -> frozenset[Table]:
    """The tables that a SELECT reads, wherever they stand in it.

    ``contract`` is the MetaData whose tables exist; a table of the same name from elsewhere is
    not one of them. Raises StatementError on anything outside the closed list.
    """
    if not isinstance(statement, selectable.Select | selectable.CompoundSelect):
        raise StatementError(f"a Core SELECT is needed, not {type(statement).__name__}")
    known = frozenset(contract.tables.values())
    found: set[Table] = set()
    for node in _parts(statement):
        _check_node(node)
        if isinstance(node, Table):
            if node not in known:
                raise StatementError(f"{node.name} is not a table of this database")
            found.add(node)
    return frozenset(found)


def _parts(statement: HasTraverseInternals) -> Iterator[HasTraverseInternals]:
    """Everything that a statement is made of, as visitors.iterate finds it, but each part once: a
    CTE that is read twice, on another that is read twice, would be walked through four times.

    The parts are kept as long as the walk lasts, so that no two can have the same identity.
    """
    seen: dict[int, HasTraverseInternals] = {}
    left = [statement]
    while left:
        node = left.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            yield node
            left.extend(node.get_children())


def _check_node(node: object) -> None:
    if isinstance(node, FunctionElement):
        _check_function(node)
    elif type(node) not in _NODES:
        raise StatementError(f"{type(node).__name__} may not stand in a statement")
    # Not getattr: a column answers to any name, slowly.
    name = vars(node).get("name")
    if isinstance(name, quoted_name) and name.quote is False:
        raise StatementError("a name that is written without quotes may not stand in a statement")
    _check_kind(node)


def _check_kind(node: object) -> None:
    """What the type of a node alone does not show."""
    if isinstance(node, elements.ColumnClause) and node.is_literal and node.name != "*":
        raise StatementError("literal_column may not stand in a statement")
    if isinstance(node, elements.BinaryExpression | elements.UnaryExpression):
        for operator in (node.operator, getattr(node, "modifier", None)):
            if isinstance(operator, operators.custom_op):
                raise StatementError(f"the operator {operator.opstring} may not be used")
    if isinstance(node, elements.ColumnElement):
        kind = type(node.type)
        if kind.__module__ != "sqlalchemy.sql.sqltypes":
            raise StatementError(f"the type {kind.__name__} may not be used")
    if isinstance(node, selectable.CTE) and node.recursive:
        raise StatementError("a recursive CTE may not be used")
    if isinstance(node, selectable.Selectable):
        _check_beside(node)


def _check_beside(node: selectable.Selectable) -> None:
    """What SQLAlchemy keeps beside a statement, not in it."""
    for words in ("_prefixes", "_suffixes", "_hints", "_statement_hints"):
        if getattr(node, words, None):
            raise StatementError("prefixes, suffixes and hints may not be used")
    for clause in ("_for_update_arg", "_fetch_clause"):
        if getattr(node, clause, None) is not None:
            raise StatementError("locks and FETCH may not be used; use limit")


def _check_function(node: FunctionElement[object]) -> None:
    name = getattr(node, "name", "")
    is_plain = type(node).__module__ == "sqlalchemy.sql.functions"
    is_qualified = bool(getattr(node, "packagenames", None))
    if not is_plain or is_qualified or name.lower() not in _FUNCTIONS:
        raise StatementError(f"the function {name or type(node).__name__} may not be used")
