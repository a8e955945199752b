"""Made-up requests, shortened; `python -m tests.soak schemathesis` makes 10,000 and more."""

from __future__ import annotations

import pytest

from tests.soak.described import described_run


@pytest.mark.slow
async def test_made_up_requests_meet_what_is_documented() -> None:
    outcome = await described_run(examples=1, phases="examples,coverage", seconds=10)

    assert outcome.passed, outcome.text
    assert outcome.server_errors == 0
    assert outcome.requests > 200
