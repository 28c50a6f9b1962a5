"""What callers may do: the rights of the users of an account, and the scopes of its keys."""

from enum import Enum, StrEnum


class Right(StrEnum):
    """What a user may be let do; to look needs no right (Navixy: security groups)."""

    ADMIN = "admin"  # the account itself alone; nobody can be given it
    TRACKER_UPDATE = "tracker_update"
    TRACKER_CONFIGURE = "tracker_configure"
    TRACKER_SET_OUTPUT = "tracker_set_output"
    TRACKER_REGISTER = "tracker_register"
    TRACKER_RULE_UPDATE = "tracker_rule_update"
    TAG_UPDATE = "tag_update"
    TASK_UPDATE = "task_update"
    FORM_TEMPLATE_UPDATE = "form_template_update"
    ZONE_UPDATE = "zone_update"
    PLACE_UPDATE = "place_update"
    PLACES_CUSTOM_FIELDS_UPDATE = "places_custom_fields_update"
    EMPLOYEE_UPDATE = "employee_update"
    VEHICLE_UPDATE = "vehicle_update"
    VIDEO_MONITORING = "video_monitoring"
    PAYMENT_CREATE = "payment_create"
    REPORTS = "reports"
    WEBLOCATOR_SESSION_CREATE = "weblocator_session_create"
    DELIVERY_SESSION_CREATE = "delivery_session_create"
    CHECKIN_UPDATE = "checkin_update"


class Scope(StrEnum):
    """What a key may be bounded to. The names are Cirrus's where it has one."""

    INSTRUMENTS_READ = "instruments:read"  # devices, their datastreams and settings
    INSTRUMENTS_WRITE = "instruments:write"  # changes of them
    DATA_READ = "data.enviro:read"  # values, statistics, packets
    DATA_WRITE = "data:write"  # packets in
    SYSTEM_READ = "data.system:read"  # calibrations and the log of what was done


class Deed(Enum):
    """What somebody wants to do: the scope that a key must have for it, and the right that a user must."""

    LOOK = (Scope.INSTRUMENTS_READ, None)
    READ_DATA = (Scope.DATA_READ, None)
    READ_LOG = (Scope.SYSTEM_READ, None)
    PUSH = (Scope.DATA_WRITE, None)
    CHANGE = (Scope.INSTRUMENTS_WRITE, Right.TRACKER_UPDATE)
    CONFIGURE = (Scope.INSTRUMENTS_WRITE, Right.TRACKER_CONFIGURE)
    ADMINISTER = (None, Right.ADMIN)  # users and keys

    def __init__(self, scope: Scope | None, right: Right | None) -> None:
        """Take the scope (None: no key does) and the right (None: every user may)."""
        self.scope = scope
        self.right = right
