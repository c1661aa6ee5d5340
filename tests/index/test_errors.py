import pytest

from index import errors


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    lines = [line for line in (errors.__doc__ or "").splitlines() if "──" in line or line == "AvotsError"]
    parents: dict[int, str] = {}
    drawn = {}
    for line in lines:
        indent = len(line) - len(line.lstrip("│├└─ "))
        name = line.lstrip("│├└─ ").split()[0]
        parents[indent] = name
        drawn[name] = parents.get(indent - 4, "Exception")
    assert drawn == {name: getattr(errors, name).__bases__[0].__name__ for name in errors.__all__}


def test_every_error_of_the_module_is_public() -> None:
    defined = {
        name for name, value in vars(errors).items() if isinstance(value, type) and value.__module__ == errors.__name__
    }
    assert defined == set(errors.__all__)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("mape/ā b.txt", "mape/ā b.txt: is empty; add text."),
        ("two\nlines.txt", r"'two\nlines.txt': is empty; add text."),
        ("\udcff.txt", r"'\udcff.txt': is empty; add text."),
    ],
)
def test_a_source_error_names_its_file_on_one_printable_line(path: str, message: str) -> None:
    error = errors.UnusableSource(path, "is empty; add text.")
    assert str(error) == message
    assert str(error).isprintable()
    assert error.path == path
