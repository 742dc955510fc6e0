import pytest

import mygrad


@pytest.fixture(autouse=True)
def _installed_in_one_folder() -> None:
    if len(mygrad.__path__) > 1:
        pytest.skip("type checkers cannot follow an editable install into several folders: run `nox -s typecheck`")
