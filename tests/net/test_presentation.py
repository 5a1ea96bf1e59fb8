"""A refused credential is presented once, however many ask at the same time; an accepted one costs nobody a wait."""

import anyio
import pytest

from cgrdoctor.net.presentation import Presentation


@pytest.mark.parametrize(("status", "presented"), [(401, 1), (200, 4)])
def test_a_refusal_is_everybodys(status, presented):
    asked, answers = [], []

    async def main():
        presentation = Presentation()

        async def present():
            asked.append(status)
            await anyio.lowlevel.checkpoint()
            return status

        async def one():
            answers.append(await presentation.answer(present, lambda answer: answer == 401))

        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(one)

    anyio.run(main)

    assert (len(asked), answers) == (presented, [status] * 4)
