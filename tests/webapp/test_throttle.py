from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from webapp.accounts.throttle import IN_ALL, OF_ACCOUNT, OF_ADDRESS, WINDOW, Attempt, Throttle
from webapp.faults import TooManyTries


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_account_is_closed_from_every_address() -> None:
    throttle = Throttle(Watch())
    for number in range(OF_ACCOUNT):
        throttle.enter(address=str(number), account="kanri")
    with pytest.raises(TooManyTries):
        throttle.enter(address="another", account="kanri")
    throttle.enter(address="another", account="soudan")


def test_an_address_is_closed_for_every_account() -> None:
    throttle = Throttle(Watch())
    for number in range(OF_ADDRESS):
        throttle.enter(address="one", account=str(number))
    with pytest.raises(TooManyTries):
        throttle.enter(address="one", account="another")
    throttle.enter(address="two", account="another")


def test_all_together_are_counted_and_forgotten_in_time() -> None:
    watch = Watch()
    throttle = Throttle(watch)
    for number in range(IN_ALL):
        throttle.enter(address=str(number), account=str(number))
    with pytest.raises(TooManyTries) as caught:
        throttle.enter(address="somebody else")
    assert caught.value.facts["minutes"] == 16
    watch.now = WINDOW + 1
    throttle.enter(address="somebody else")


def test_a_right_try_does_not_count() -> None:
    throttle = Throttle(Watch())
    for _ in range(IN_ALL * 2):
        throttle.enter(address="one", account="kanri").forgive()


def test_a_try_counts_before_it_is_checked() -> None:
    """A hundred at the same moment get no further than those who come one by one."""
    throttle = Throttle()
    entered: list[Attempt] = []

    def guess() -> None:
        with suppress(TooManyTries):
            entered.append(throttle.enter(address="one", account="kanri"))

    threads = [threading.Thread(target=guess) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entered) == OF_ACCOUNT
