"""A port is had, or its taking is explained."""

import pytest

from index.errors import AvotsError
from ui.messages import Language
from ui.server import HOST, claim


def test_a_free_port_is_bound_on_the_loopback_interface() -> None:
    with claim(0, Language.ENGLISH) as bound:
        assert bound.getsockname()[0] == HOST == "127.0.0.1"


def test_a_taken_port_is_named_with_another_to_choose() -> None:
    with claim(0, Language.ENGLISH) as bound:
        port = bound.getsockname()[1]
        with pytest.raises(AvotsError, match=rf"Port {port} cannot be used \(.+\)\. Choose another.+--port \d+"):
            claim(port, Language.ENGLISH)
