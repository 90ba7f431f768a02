"""The admin shows questions and changes none."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from quizzes.loading import load_banks
from quizzes.models import Clause, Programme, Question, QuestionVersion
from tests.quizzes.samples import bank_of, sample


@pytest.mark.parametrize("model", [Programme, Clause, Question, QuestionVersion])
def test_admin_is_read_only(admin_client: Client, model: type[Model]) -> None:
    load_banks(banks=[bank_of(sample())])
    name = f"admin:quizzes_{model._meta.model_name}"
    one = reverse(f"{name}_change", args=[model._default_manager.earliest("pk").pk])
    assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
    assert admin_client.get(one).status_code == 200
    assert admin_client.post(one, {}).status_code == 403
    assert admin_client.get(reverse(f"{name}_add")).status_code == 403
    assert admin_client.get(one.replace("change", "delete")).status_code == 403
