"""Who may do what at the embedded broker: one publishes, the others read, nobody else comes in."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final

from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

_ROOT: Final = "segue/"


class AccessByPassword(BaseAuthPlugin):  # type: ignore[misc]
    """Lets in the two accounts that were made for this run."""

    @dataclass
    class Config:
        """Passwords by user name."""

        accounts: dict[str, str] = field(default_factory=dict)

    async def authenticate(self, *, session: Session) -> bool | None:
        """Whether the password is right; an unknown name takes as long."""
        wanted = self.config.accounts.get(session.username or "", "")
        given = (session.password or "").encode()
        return hmac.compare_digest(wanted.encode(), given) and bool(wanted)


class AccessByTopic(BaseTopicPlugin):  # type: ignore[misc]
    """Default deny: the publisher may publish below `segue/`, everybody may read there."""

    @dataclass
    class Config:
        """The publisher's user name."""

        publisher: str = ""

    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool | None:
        """Whether `session` may do `action` with `topic` (a filter, when it subscribes)."""
        if session is None or topic is None or not topic.startswith(_ROOT):
            return False
        if action is Action.PUBLISH:
            return bool(session.username == self.config.publisher)
        return action in (Action.SUBSCRIBE, Action.RECEIVE)
