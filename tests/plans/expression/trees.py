"""Expressions as hypothesis makes them: their text, and columns of numbers for their names."""

from hypothesis import strategies as st

NAMES = {"value": 0, "PM2_5": 1, "Humidity": 2}

_SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 100.0, 1e-300, 1e300, -1e300, 5e-324]

doubles = st.one_of(st.sampled_from(_SPECIAL), st.floats(allow_nan=False, allow_infinity=False))
columns = st.lists(st.tuples(doubles, doubles, doubles), min_size=1, max_size=8)

_literals = st.one_of(
    st.integers(0, 10**20).map(str),
    st.floats(0, 1e308, allow_nan=False).map(repr),
    st.sampled_from([".5", "2.", "1e3"]),
)
_FORMS = (
    "({0} + {1})",
    "({0} - {1})",
    "{0} * {1}",
    "({0} / {1})",
    "({0}) ** {1}",
    "(-{0})",
    "abs({0})",
    "sqrt({0})",
    "exp({0})",
    "log({0})",
    "log10({0})",
    "min({0}, {1})",
    "max({0}, {1}, {2})",
    "pow({0}, {1})",
    "clip({0}, {1}, {2})",
    "({0} if {3} else {1})",
    "where({3}, {0}, {1})",
)
_TRUTHS = (
    "{0} < {1}",
    "{0} >= {1}",
    "{0} == {1}",
    "{0} != {1}",
    "{0} < {1} <= {2}",
    "({3} and {4})",
    "({3} or {4})",
    "(not {3})",
)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3, forms: tuple[str, ...] = _FORMS) -> str:
    """The text of an expression that is so deep at most."""
    if depth == 0 or (forms is _FORMS and draw(st.integers(0, 4)) == 0):
        return draw(st.one_of(_literals, st.sampled_from(sorted(NAMES))))
    form = draw(st.sampled_from(forms))
    parts = [draw(expressions(depth - 1)) if f"{{{place}}}" in form else "" for place in range(3)]
    for place in (3, 4):
        truths = _TRUTHS if depth > 1 else _TRUTHS[:5]
        parts.append(draw(expressions(max(depth - 1, 1), truths)) if f"{{{place}}}" in form else "")
    return form.format(*parts)
