"""`sensorium token`: tokens of accounts, for whoever runs the server."""

from typing import Annotated

import typer
from rich.console import Console

from sensorium.cli.options import Config, Data, registering

app = typer.Typer(help="Tokens: issue one, or end one.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="User name of the account.", show_default=False)]
Age = Annotated[
    str | None, typer.Option(help="How long it is good, as 5h, 10d, 6M or 2Y. Default: without end.")
]
Token = Annotated[str, typer.Option(help="Default: it is asked for.", prompt=True, hide_input=True)]


@app.command()
def new(username: Username, age: Age = None, data: Data = None, config: Config = None) -> None:
    """Issue a token of an account, without its password, and print it."""
    from sensorium.app import now

    with registering(config, data) as register:
        account = register.accounts.named(username)
        token = register.tokens.issue(account.id, age, now=now())
    Console(soft_wrap=True, highlight=False, markup=False).print(token)


@app.command()
def revoke(token: Token, data: Data = None, config: Config = None) -> None:
    """End a token, a session or a key of whichever account. A running server hears of it a second later."""
    with registering(config, data) as register:
        register.tokens.end(token.strip())
    Console(highlight=False).print("ended")
