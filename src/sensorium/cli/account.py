"""`sensorium account`: the accounts of a server, for whoever runs it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sensorium.cli.options import Config, Data, registering

app = typer.Typer(help="Accounts: add one, or list them.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the account, as everyone sees it.", show_default=False)]
Email = Annotated[str, typer.Option(help="Address of the one who has it.")]
Username = Annotated[str, typer.Option(help="User name to log in with.")]
Password = Annotated[
    str,
    typer.Option(help="Default: it is asked for.", prompt=True, hide_input=True, confirmation_prompt=True),
]


@app.command()
def add(
    name: Name,
    *,
    email: Email,
    username: Username,
    password: Password,
    data: Data = None,
    config: Config = None,
) -> None:
    """Add an account, also where nobody may register, and print its first token."""
    from sensorium.app import now

    with registering(config, data) as register:
        account, token = register.accounts.create(name, email, username, password, now=now())
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"account {account.id}, token {token}")


@app.command("list")
def show(data: Data = None, config: Config = None) -> None:
    """List the accounts by number."""
    with registering(config, data) as register:
        accounts = register.accounts.list()
    table = Table("account", "name", "user name", "e-mail", "since")
    for each in accounts:
        table.add_row(str(each.id), each.name, each.username, each.email, f"{each.created:%Y-%m-%d}")
    Console(markup=False).print(table)
