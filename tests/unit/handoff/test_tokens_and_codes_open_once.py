import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import UnavailableError
from base.virtual import SeededIds
from handoff.limits import GuessLimits, GuessPolicy, SlidingWindow
from handoff.tokens import LIFE_S, REMEMBERED_S, Handoff, HandoffBook, Refusal
from handoff.uui import token_of, user_to_user

KEY = b"k" * 32


def test_token_and_code_are_spent_together_and_expire_together():
    book, ids = HandoffBook(KEY), SeededIds()
    first = book.issue("h1", "case", "amount", ids, now=0.0)
    assert isinstance(book.by_token(first.token, 1.0), Handoff)
    assert isinstance(book.by_code(first.code, LIFE_S - 0.001), Handoff)
    assert book.by_code(first.code, LIFE_S) is Refusal.EXPIRED
    book.use("h1", "call")
    assert book.by_token(first.token, 1.0) is Refusal.USED
    assert book.by_code(first.code, 1.0) is Refusal.USED
    assert book.by_token("f" * 32, 1.0) is Refusal.UNKNOWN


def test_neither_token_nor_code_is_kept():
    book = HandoffBook(KEY)
    issued = book.issue("h1", "case", "amount", SeededIds(), now=0.0)
    assert issued.token not in repr(issued.handoff)
    assert issued.code not in repr(issued.handoff)
    assert HandoffBook(b"x" * 32).digest(issued.code) != book.digest(issued.code)


def test_old_handoffs_are_forgotten():
    book, ids = HandoffBook(KEY), SeededIds()
    for count in range(50):
        book.issue(f"h{count}", "case", "s", ids, now=float(count))
    book.issue("last", "case", "s", ids, now=50 + LIFE_S + REMEMBERED_S)
    assert len(book) == 1


class _OneCode:
    def random_bytes(self, count):
        return bytes(count)


def test_no_two_live_handoffs_have_one_code():
    book = HandoffBook(KEY)
    book.issue("h1", "case", "s", _OneCode(), now=0.0)
    with pytest.raises(UnavailableError):
        book.issue("h2", "case", "s", _OneCode(), now=0.0)


@given(st.binary(min_size=16, max_size=16))
def test_a_token_travels_in_each_header(raw):
    token = raw.hex()
    forms = [
        user_to_user(token),
        f"00{token};encoding=hex;purpose=isdn-uui",
        f"{token.upper()} ; Encoding=HEX",
        f"{token.encode().hex()};encoding=hex",
        f"01aa;encoding=hex, {token};encoding=hex",
    ]
    assert [token_of({"user-to-user": form}) for form in forms] == [token] * len(forms)
    assert token_of({"x-segue-handoff": f" {token} "}) == token


@given(st.text(), st.text())
def test_any_header_text_is_borne(one, other):
    found = token_of({"user-to-user": one, "x-segue-handoff": other})
    assert found is None or len(found) == 32


@given(
    st.integers(1, 5),
    st.integers(1, 100),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), max_size=60),
)
def test_a_window_never_bears_more_failures_than_it_may(most, within_s, tries):
    window, now = SlidingWindow(most, within_s), 0.0
    failures = []
    for key, wait in tries:
        now += wait
        if not window.allows(key, now):
            assert window.retry_after(key, now) > 0
            continue
        window.failed(key, now)
        failures.append((key, now))
        for name in "ab":
            recent = [at for who, at in failures if who == name and at > now - within_s]
            assert len(recent) <= most


def test_a_limited_key_may_try_again_when_the_window_has_passed():
    window = SlidingWindow(2, 10.0)
    window.failed("a", 0.0)
    window.failed("a", 4.0)
    assert window.retry_after("a", 5.0) == 5.0
    assert window.allows("a", 10.0)
    assert window.allows("b", 5.0)


def test_the_memory_of_failures_is_bounded():
    window = SlidingWindow(2, 10.0, max_keys=100)
    for count in range(1000):
        window.failed(count, 0.0)
    assert len(window) == 100


def test_guesses_are_limited_per_caller_per_trunk_and_in_all():
    limits = GuessLimits(GuessPolicy(per_caller=2, per_trunk=3, in_all=5, within_s=60.0))
    limits.failed("a", "t1", 0.0)
    limits.failed("a", "t1", 0.0)
    assert not limits.allows("a", "t2", 0.0)
    assert limits.allows("b", "t1", 0.0)
    limits.failed("b", "t1", 0.0)
    assert not limits.allows("c", "t1", 0.0)
    assert limits.allows("c", "t2", 0.0)
    limits.failed("c", "t2", 0.0)
    limits.failed("d", "t3", 0.0)
    assert not limits.allows("e", "t4", 0.0)
    assert limits.allows("a", "t1", 60.0)
