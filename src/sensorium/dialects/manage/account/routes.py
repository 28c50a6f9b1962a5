"""The addresses about an account, its users and keys."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.account import shapes
from sensorium.dialects.manage.account.account import OwnAccount
from sensorium.dialects.manage.account.keys import Keys
from sensorium.dialects.manage.account.users import Users
from sensorium.dialects.manage.addresses import PAGED, PREFIX
from sensorium.dialects.services import Services


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_account(OwnAccount(services, access)),
        *_users(Users(services, access)),
        *_keys(Keys(services, access)),
    )


def _account(account: OwnAccount) -> tuple[Operation, ...]:
    section, path, shown = "Account", f"{PREFIX}/account", shapes.ManagedAccount
    body = (400, 413, 415, 422)
    return (
        Operation("GET", path, account.show, Who.ACCOUNT,
                  "The caller's account", section, None, shown, 200, (401, 403, 503)),
        Operation("PATCH", path, account.change, Who.MASTER,
                  "Say what a calibration without a date means", section, shapes.AccountBody, shown,
                  200, (401, 403, 412, 428, 503, *body)),
        Operation("PUT", f"{path}/password", account.change_password, Who.MASTER,
                  "Change the password of the account", section, shapes.PasswordBody, None, 204,
                  (401, 403, 503, *body)),
    )


def _users(users: Users) -> tuple[Operation, ...]:
    section, path, shown = "Users and keys", f"{PREFIX}/users", shapes.ManagedUser
    refusals, body = (400, 401, 403, 404, 503), (413, 415, 422)
    return (
        Operation("GET", path, users.show_all, Who.MASTER,
                  "The users of the account", section, None, shapes.Users, 200,
                  (400, 401, 403, 503), PAGED),
        Operation("POST", path, users.add, Who.MASTER,
                  "Add a user", section, shapes.NewUserBody, shown, 201,
                  (400, 401, 403, 409, 503, *body)),
        Operation("GET", f"{path}/{{id}}", users.show, Who.MASTER,
                  "A user", section, None, shown, 200, refusals),
        Operation("PUT", f"{path}/{{id}}", users.change, Who.MASTER,
                  "Say anew how a user is", section, shapes.UserBody, shown, 200,
                  (*refusals, 412, 428, *body)),
        Operation("DELETE", f"{path}/{{id}}", users.delete, Who.MASTER,
                  "Delete a user", section, None, None, 204, (*refusals, 412)),
    )


def _keys(keys: Keys) -> tuple[Operation, ...]:
    section, path, shown = "Users and keys", f"{PREFIX}/keys", shapes.ManagedKey
    refusals = (400, 401, 403, 404, 503)
    return (
        Operation("GET", path, keys.show_all, Who.MASTER,
                  "The keys of the account", section, None, shapes.Keys, 200, (401, 403, 503)),
        Operation("POST", path, keys.add, Who.MASTER,
                  "Make a key, which is shown this once", section, shapes.NewKeyBody, shown, 201,
                  (400, 401, 403, 409, 413, 415, 422, 503)),
        Operation("GET", f"{path}/{{id}}", keys.show, Who.MASTER,
                  "A key", section, None, shown, 200, refusals),
        Operation("DELETE", f"{path}/{{id}}", keys.delete, Who.MASTER,
                  "End a key", section, None, None, 204, refusals),
    )
# fmt: on
