"""The pages that the atoms of converters and field mappers point to, as plain HTML."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.pages import page

OVERVIEW = page(
    "Sensor API",
    """<p>Providers describe what their sensors send, push packets, and read the observations back.
Every address, with its fields and answers, is in the <a href="/docs">API reference</a>.</p>
<ul>
<li><a href="/api/doc/converters">Converters</a>: how a text or a boolean becomes a number</li>
<li><a href="/api/doc/fieldmapping">Field mapping</a>: which value of a packet is its time</li>
</ul>
<h2 id="paths">Binding and target paths</h2>
<p>A path leads from the root of a packet to one value. Names are joined by dots or slashes, a number in
brackets picks from an array, and a name in brackets and quotes may hold any character:
<code>no2</code>, <code>/no2</code>, <code>$.no2</code>, <code>gas.components[0].no2.value</code>,
<code>level1.['lev.el2'].no2.value</code>. Upper and lower case count only where both names exist.</p>
<h2 id="missing">Missing values</h2>
<p>Every declared parameter must be in every packet. A value that was not measured is sent as
<code>NaN</code>, <code>"NaN"</code> or <code>null</code>; it is accepted and not stored.</p>
<h2 id="batches">Many packets in one request</h2>
<p>The body may be a JSON array of packets, or one packet a line with the content type
<code>application/x-ndjson</code>. The answer has one result for each packet, in order. With an
<code>Idempotency-Key</code> header a request may be repeated for a day and is stored once.</p>""",
)

CONVERTERS = page(
    "Converters",
    """<p>A converter makes a number of the value at its <code>target-path</code>. It is needed where
that value is not a number already. A value that cannot be converted is refused with error 131.</p>
<h2 id="BooleanInteger">BooleanInteger</h2>
<p><code>true</code> becomes 1 and <code>false</code> 0; the texts "true" and "false" do as well.</p>
<h2 id="StringDouble">StringDouble</h2>
<p>A decimal number written as text, such as "24.61" or "-1e-3". "NaN" is a missing value.</p>
<h2 id="StringInteger">StringInteger</h2>
<p>A whole number written as text, such as "42".</p>
<h2 id="StringEpochTime">StringEpochTime</h2>
<p>A date and time written as text becomes seconds since 1970 UTC. <code>input-args</code> holds
<code>input-format</code>, a pattern such as <code>yyyy/MM/dd HH:mm:ss</code>, and may hold
<code>timezone</code>, one of <a href="/api/timezones">the known time zones</a> (default: UTC).
<code>y M d H m s f</code> stand for the parts of a date, <code>Z</code> and <code>zzz</code> for UTC and an
offset from it; <code>T</code> and all that is no letter stands for itself, other letters in quotes.</p>""",
)

FIELD_MAPPING = page(
    "Field mapping",
    """<p>A field mapper says what the value at its <code>target-path</code> is to the platform.</p>
<h2 id="Timestamp">Timestamp</h2>
<p>The value is the time of the packet, in seconds since 1970 UTC; a time written as text needs the
<a href="/api/doc/converters#StringEpochTime">StringEpochTime</a> converter on the same path. Without this
mapper a packet has the time at which it was received.</p>""",
)


def show(answer: Response) -> Callable[[Request], Awaitable[Response]]:
    """A handler that answers with the page."""

    async def handler(request: Request) -> Response:  # noqa: ARG001
        return answer

    return handler
