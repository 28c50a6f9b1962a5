"""What the addresses of the management API have in common."""

PREFIX = "/manage/v1"

COMPONENT = f"{PREFIX}/components/{{id}}"
DATASTREAM = f"{PREFIX}/datastreams/{{id}}"
DEVICE = f"{PREFIX}/devices/{{id}}"

PAGED = {
    "limit": "how many things a page has: 1 to 500, 100 by default",
    "after": "the id of the last thing before the page; `next` of an answer has it",
}
NEWEST_FIRST = {
    "limit": PAGED["limit"],
    "before": "only things with numbers below; `next` of an answer has it",
}
DATED = {"valid_from": "take back only what is said for that moment (ISO-8601)"}
