"""What crosses a phone's pipes: any bytes are a line or nothing; header fields are read plainly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.lines import decode, encode
from phone.contract import PhoneError
from phone.headers import header_fields
from phone.terminal import header_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON))
def test_a_line_comes_out_as_it_went_in(line: dict[str, object]) -> None:
    data = encode(line)
    assert data.count(b"\n") == 1
    assert decode(data) == line


@given(st.binary())
def test_any_bytes_are_a_line_or_nothing(data: bytes) -> None:
    assert isinstance(decode(data), dict | None)


@given(st.text())
def test_any_text_has_header_fields_or_none(message: str) -> None:
    assert all(name == name.strip().lower() for name in header_fields(message))


def test_the_first_of_a_name_wins_and_folds_are_joined() -> None:
    message = "INVITE sip:a SIP/2.0\r\nVia: one\r\nVIA: two\r\nSubject: a\r\n b\r\n\r\nBody: no\r\n"
    assert header_fields(message) == {"via": "one", "subject": "a b"}


@pytest.mark.parametrize("text", ["no colon", ": no name", "X-A: b\r\nX-C: d"])
def test_a_header_that_would_break_the_message_is_refused(text: str) -> None:
    with pytest.raises(PhoneError, match="--header"):
        header_of(text)
