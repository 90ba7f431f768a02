"""The statements of the exam path, composed once or by hand.

Django composes the text of every query anew, which takes several times as long as SQLite or
PostgreSQL take to answer it (docs/performance.md). Everything that is not on the path of a save
uses the ORM as usual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet

# Within the range of every column of numbers, and nothing anybody asks for.
_STAND_IN = 31_901


class Prepared:
    """A ``values_list`` whose SQL Django composes at the first call and never again.

    ``make`` takes the values to look for by name and builds the query with them; it is called
    once, with stand-ins: numbers for ``ids``, text for ``texts``.
    """

    def __init__(
        self, make: Callable[..., QuerySet[Any, Any]], *ids: str, texts: Sequence[str] = ()
    ) -> None:
        self._make = make
        self._stand_ins: dict[Any, str] = dict(enumerate(ids, start=_STAND_IN))
        self._stand_ins |= {f"<{name}>": name for name in texts}
        self._sql = ""
        self._params: list[Any] = []
        self._converters: list[tuple[int, list[Any], Any]] = []

    def first(self, **values: Any) -> list[Any] | None:
        """The first row, its values converted as the ORM does it, or None."""
        found = self._ask(values, most=1)
        return found[0] if found else None

    def all(self, **values: Any) -> list[list[Any]]:
        """Every row."""
        return self._ask(values)

    def count(self, **values: Any) -> int:
        """How many rows there are, within the limit of the query."""
        sql, params = self._stated(values)
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS rows_found", params)
            return int(cursor.fetchone()[0])

    def _ask(self, values: Mapping[str, Any], most: int | None = None) -> list[list[Any]]:
        db, (sql, params) = connections[DEFAULT_DB_ALIAS], self._stated(values)
        with db.cursor() as cursor:
            try:
                cursor.execute(sql, params)
            except OverflowError:  # SQLite: no column holds such a number
                return []
            rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        found = [list(row) for row in rows]
        for place, converters, expression in self._converters:
            for row in found:
                for convert in converters:
                    row[place] = convert(row[place], expression, db)
        return found

    def _stated(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        if not self._sql:
            self._compose()
        names = self._stand_ins
        return self._sql, [values[names[p]] if p in names else p for p in self._params]

    def _compose(self) -> None:
        query = self._make(**{name: mark for mark, name in self._stand_ins.items()}).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if missing := [name for mark, name in self._stand_ins.items() if mark not in params]:
            raise ValueError(f"the statement does not ask for {missing}")
        self._params = list(params)
        converters = compiler.get_converters([column[0] for column in compiler.select])
        self._converters = [(place, *pair) for place, pair in converters.items()]
        self._sql = sql  # last: other threads look at it


def columns(model: type[Model], prefix: str = "") -> list[str]:
    """The columns of a model for ``values_list``, as seen through a relation (``"entry__"``)."""
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


def models_of(row: list[Any], *models: type[Model]) -> list[Any]:
    """Rows of ``columns`` of several models, one after the other, as objects."""
    found, start = [], 0
    for model in models:
        names = [field.attname for field in model._meta.concrete_fields]
        found.append(model.from_db("default", names, row[start : start + len(names)]))
        start += len(names)
    return found


def update_where(
    model: type[Model], changes: Mapping[str, Any], unchanged: Mapping[str, Any]
) -> bool:
    """Write ``changes`` to the row whose columns still are as in ``unchanged``.

    Both name fields of ``model``; False when there is no such row (any more).
    """
    db = connections[DEFAULT_DB_ALIAS]
    nothing = frozenset(name for name, value in unchanged.items() if value is None)
    sql = _update(model, tuple(changes), tuple(unchanged), nothing)
    known = {name: value for name, value in unchanged.items() if value is not None}
    with db.cursor() as cursor:
        cursor.execute(sql, _given(db, model, changes) + _given(db, model, known))
        return bool(cursor.rowcount)


def insert(row: Model) -> None:
    """Insert a new row and give it its id. Raises what the database raises.

    What ``save`` does beyond that, signals and checks for related objects, nothing here needs.
    """
    db, model = connections[DEFAULT_DB_ALIAS], type(row)
    values = {name: getattr(row, name) for name in columns(model) if name != model._meta.pk.attname}
    with db.cursor() as cursor:
        cursor.execute(_insert(model, tuple(values)), _given(db, model, values))
        is_told = db.features.can_return_columns_from_insert
        row.pk = cursor.fetchone()[0] if is_told else cursor.lastrowid
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@lru_cache(maxsize=256)
def _update(
    model: type[Model],
    changes: tuple[str, ...],
    unchanged: tuple[str, ...],
    nothing: frozenset[str],
) -> str:
    sets = ", ".join(f"{_quoted(model, name)} = %s" for name in changes)
    where = " AND ".join(
        f"{_quoted(model, name)} {'IS NULL' if name in nothing else '= %s'}" for name in unchanged
    )
    return f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {sets} WHERE {where}"


@lru_cache(maxsize=256)
def _insert(model: type[Model], names: tuple[str, ...]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    into = ", ".join(_quoted(model, name) for name in names)
    own = _quoted(model, model._meta.pk.attname)
    told = f" RETURNING {own}" if connection.features.can_return_columns_from_insert else ""
    return f"INSERT INTO {table} ({into}) VALUES ({', '.join(['%s'] * len(names))}){told}"


def _quoted(model: type[Model], name: str) -> str:
    return connection.ops.quote_name(_field(model, name).column)


@lru_cache(maxsize=1024)
def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _given(db: Any, model: type[Model], values: Mapping[str, Any]) -> list[Any]:
    """Values as the database takes them."""
    return [_field(model, name).get_db_prep_save(value, db) for name, value in values.items()]
