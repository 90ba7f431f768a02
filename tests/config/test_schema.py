"""What the models promise, the migrated database holds: no migration loses an index on its way."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

OURS = ("accounts", "quizzes", "contest", "leaderboard")
MODELS = [model for name in OURS for model in apps.get_app_config(name).get_models()]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_constraint_and_index_is_there(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    promised = {item.name for item in (*model._meta.constraints, *model._meta.indexes)}
    assert promised <= set(found)
