"""The committed description of the interface. `make openapi` writes it."""

import json
import os
from pathlib import Path

from starlette.testclient import TestClient

DOCUMENT = Path(__file__).parent.with_name("openapi.json")


def test_the_document_is_what_the_code_says(client: TestClient) -> None:
    served = client.get("/openapi.json").json()
    if os.environ.get("WRITE_OPENAPI"):
        DOCUMENT.write_text(json.dumps(served, indent=2) + "\n", encoding="utf-8")
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == served
