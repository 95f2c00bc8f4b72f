"""What is published of a record, and how a broker's URL is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.mqtt import BrokerUrlError, account_of, news_of
from records.contract import Record


def record(call: str | None, case: str | None, tenant: str = "default") -> Record:
    return Record(
        node="n1", seq=5, wall=1_795_312_800.25, mono=1.0, tenant=tenant, kind="pop.sent",
        version=1, call=call, case=case, agent="li_na", payload={"secret_payload": "6000"},
        personal={"caller": "+8613800138000"},
    )  # fmt: skip


def test_case_and_call_are_told_by_id_kind_and_revision_only() -> None:
    news = dict(news_of(record("CALL", "CASE")))
    assert set(news) == {"segue/default/case/CASE", "segue/default/call/CALL"}
    assert json.loads(news["segue/default/call/CALL"]) == {
        "kind": "pop.sent",
        "id": "CALL",
        "rev": 5,
        "node": "n1",
        "at": "2026-11-22T02:00:00.250+00:00",
    }


@given(st.text(), st.text(), st.text())
def test_no_id_can_leave_its_place_in_the_topic(call: str, case: str, tenant: str) -> None:
    for topic, payload in news_of(record(call, case, tenant)):
        levels = topic.split("/")
        assert len(levels) == 4
        assert not set("+#\0") & set(topic)
        assert levels[1] == tenant
        assert b"secret_payload" not in payload
        assert b"13800138000" not in payload


def test_a_brokers_url_says_where_and_who() -> None:
    account = account_of("mqtt://user:p%40ss@broker.example:1884")
    assert (account.host, account.port, account.user) == ("broker.example", 1884, "user")
    assert (account.password, account.tls) == ("p@ss", False)
    assert account_of("mqtts://broker.example").port == 8883
    assert "p@ss" not in repr(account)


@pytest.mark.parametrize("url", ["", "http://a", "mqtt://", "mqtt://u:hidden@h:port", "mqtt://[::"])
def test_a_wrong_url_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(BrokerUrlError, match="mqtt://user:password@host") as caught:
        account_of(url)
    assert "hidden" not in str(caught.value)
