"""Lines that belong to a page and not to its article."""

import pytest

from pipeline.articles.boilerplate import trim

NEWS = "The harbour council on Monday allowed the quay to be shut."


@pytest.mark.parametrize(
    ("line", "dropped"),
    [
        ("[lantern-player not-app=”true”]", True),
        ("[row_text columns='' rule=\"default\"]", True),
        ("[video id=3]", True),
        ("[sic] was all it said.", False),
        ("[The rule] is abhorrent, they said.", False),
        ("[a = b]", False),
    ],
)
def test_what_a_sites_program_should_have_filled_in_is_no_sentence(line: str, dropped: bool) -> None:
    assert trim([NEWS, line, NEWS], []) == ([NEWS, NEWS] if dropped else [NEWS, line, NEWS])
