"""The sample route."""

import pytest
from starlette.testclient import TestClient


def test_a_name_is_greeted_without_the_space_around_it(client: TestClient) -> None:
    answer = client.post("/v1/greetings", json={"name": "  Ada Lovelace "})
    assert (answer.status_code, answer.json()) == (200, {"message": "Hello, Ada Lovelace!"})


@pytest.mark.parametrize("name", ["", " \t", "x" * 101, "Ada\nEve", 1, None])
def test_what_is_no_name_is_refused(client: TestClient, name: object) -> None:
    answer = client.post("/v1/greetings", json={"name": name})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("body.name: ")
