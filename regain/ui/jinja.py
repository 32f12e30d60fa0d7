"""The Jinja environment: filters that say dates, money and numbers the way Regain says them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from regain.reference.facts import fact
from regain.ui import body, charts
from regain.ui.pictures import picture


def day(value: date | datetime | None, year: bool = False) -> str:
    """`Tue 24 Nov`, with the year where asked or a dash where there is no date.

    >>> day(date(2026, 11, 24)), day(date(2026, 11, 4), year=True)
    ('Tue 24 Nov', 'Wed 4 Nov 2026')
    """
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = local(value).date()
    return f"{value:%a} {value.day} {value:%b}" + (f" {value.year}" if year else "")


def long_day(value: date | datetime | None) -> str:
    """`24 November 2026`."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = local(value).date()
    return f"{value.day} {value:%B %Y}"


def local(value: datetime, zone: str | None = None) -> datetime:
    """A moment in the site's (or the project's) time zone."""
    return value.astimezone(ZoneInfo(zone) if zone else get_current_timezone())


def iso_day(value: datetime, zone: str | None = None) -> str:
    """`2026-11-24`, the day of a moment where it happens, for an address."""
    return local(value, zone).date().isoformat()


def clock(value: datetime | None, zone: str | None = None) -> str:
    """`9:50` or `14:05`, in local time."""
    return "–" if value is None else f"{(at := local(value, zone)).hour}:{at:%M}"


def moment(value: datetime | None, zone: str | None = None) -> str:
    """`Tue 24 Nov, 9:50`."""
    return "–" if value is None else f"{day(local(value, zone).date())}, {clock(value, zone)}"


def money(value: Decimal | float | int | str | None) -> str:
    """`$1,184` or `$12.50`: cents only where there are some.

    >>> money(1184), money("12.5"), money(None)
    ('$1,184', '$12.50', '–')
    """
    if value is None or value == "":
        return "–"
    amount = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{abs(amount):,.2f}".removesuffix(".00")
    return ("−$" if amount < 0 else "$") + text


def number(value: Decimal | float | int | None, places: int = 2) -> str:
    """A number half up, without zeros that say nothing; a real minus sign.

    >>> number(2.675), number(13.0), number(-1)
    ('2.68', '13', '−1')
    """
    if value is None:
        return "–"
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def plural(count: int, one: str, many: str = "") -> str:
    """`1 visit`, `3 visits`.

    >>> plural(1, "visit"), plural(2, "visit"), plural(0, "person", "people")
    ('1 visit', '2 visits', '0 people')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def age_on(born: date, on: date | datetime) -> int:
    """Whole years on a day."""
    on = local(on).date() if isinstance(on, datetime) else on
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def words(code: str) -> str:
    """A code as words: `no_show` is `No show`.

    >>> words("no_show"), words("PT")
    ('No show', 'PT')
    """
    text = str(code).replace("_", " ").strip()
    return text if text.isupper() else text[:1].upper() + text[1:]


@cache
def _cited() -> dict[str, str]:
    """The short names that findings cite, in words."""
    return {value["key"]: value["title"] for value in fact("record/cited").latest()}


def source_words(source: str) -> str:
    """What a finding's short source stands for, so that a reader can look it up; other words stay as they are.

    >>> source_words("S6"), source_words("Benefit Policy Manual 15 §220")
    ('42 CFR 410.61, plan of treatment', 'Benefit Policy Manual 15 §220')
    """
    return _cited().get(source, source)


def once_field() -> Markup:
    """The hidden token that makes a form sent twice act once (`record.once`)."""
    return Markup('<input type="hidden" name="once" value="{}">').format(uuid4())


def field_attrs(bound: Any, help_text: str = "") -> dict[str, str]:
    """What ties a control to its hint and its error for a screen reader."""
    ids = [f"{bound.auto_id}_hint"] if help_text else []
    attrs = {}
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    return attrs


def environment(**options: Any) -> Environment:
    """Called by Django's Jinja2 backend; undefined names are errors, output is escaped."""
    options.update(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    env = Environment(**options)
    env.filters.update(day=day, long_day=long_day, iso_day=iso_day, clock=clock, moment=moment, money=money, number=number,
                       plural=plural, words=words, age_on=age_on, source_words=source_words)  # fmt: skip
    env.globals.update(
        static=static,
        url=address,
        once_field=once_field,
        charts=charts,
        body_chart=body.drawing,
        picture=picture,
        field_attrs=field_attrs,
    )
    return env


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page. One that takes only keys is resolved once: a page of sixty rows asks a hundred times."""
    if kwargs or not args or not all(isinstance(arg, UUID) for arg in args):
        return reverse(name, args=args or None, kwargs=kwargs or None)
    parts = _parts(name, len(args))
    return "".join(part + str(arg) for part, arg in zip(parts, args, strict=False)) + parts[-1]


@cache
def _parts(name: str, count: int) -> list[str]:
    marks = [UUID(int=n + 1) for n in range(count)]
    rest, parts = reverse(name, args=marks), []
    for mark in marks:
        part, _, rest = rest.partition(str(mark))
        parts.append(part)
    return [*parts, rest]
