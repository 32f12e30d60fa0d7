"""Small pictures of things to do at home: our own lines, so that a list can be followed without reading."""

from __future__ import annotations

from markupsafe import Markup

PICTURES: dict[str, tuple[str, str]] = {
    "chair": ("Stand up from a chair", "<circle cx='26' cy='12' r='5'/><path d='M26 17 L24 34 L38 36 L38 52 M26 22 L38 28 M16 34 H34 M18 34 V52 M32 36 V52'/>"),
    "reach": ("Reach to the side", "<circle cx='32' cy='10' r='5'/><path d='M32 15 V34 L26 52 M32 34 L38 52 M32 20 L14 16 M32 21 L42 30'/>"),
    "table": ("At the table or kitchen counter", "<path d='M6 40 H54 M12 40 V26 H24 V40 M24 30 h5 v5 h-5 M34 40 a10 4 0 0 1 18 0'/>"),
    "walk": ("Walk", "<circle cx='32' cy='9' r='5'/><path d='M32 14 L30 32 L20 52 M30 32 L38 42 L38 52 M31 19 L22 28 M31 19 L41 26'/>"),
    "stairs": ("Steps", "<path d='M6 52 H18 V42 H30 V32 H42 V22 H54'/><circle cx='34' cy='8' r='4'/><path d='M34 12 V22 L28 30 M34 22 L40 20'/>"),
    "balance": ("Stand and keep your balance", "<circle cx='30' cy='10' r='5'/><path d='M30 15 V34 V54 M30 34 L40 40 L38 48 M30 20 L16 24 M30 20 L44 24'/>"),
    "lying": ("Lying down", "<circle cx='10' cy='38' r='4'/><path d='M14 40 H34 L44 26 L52 40 M4 48 H56'/>"),
    "hand": ("Hand and fingers", "<path d='M20 52 V34 L14 26 M20 34 V14 M27 34 V10 M34 34 V12 M41 36 V20 M20 34 H41 V44 L36 52'/>"),
    "dress": ("Dress", "<path d='M22 12 L10 20 L14 28 L20 25 V50 H40 V25 L46 28 L50 20 L38 12 C36 18 24 18 22 12 Z'/>"),
    "write": ("Pen and paper", "<path d='M14 10 H38 V50 H14 Z M20 20 H32 M20 28 H32 M36 42 L50 18 L54 21 L40 45 L35 47 Z'/>"),
    "breathe": ("Breathe and rest", "<circle cx='30' cy='16' r='6'/><path d='M20 52 C20 34 40 34 40 52 M8 26 C14 22 14 30 20 26 M40 26 C46 22 46 30 52 26'/>"),
    "home": ("At home", "<path d='M8 30 L30 10 L52 30 M14 26 V52 H46 V26 M26 52 V38 H34 V52'/>"),
}  # fmt: skip


def picture(key: str) -> Markup:
    """The picture of a key, `home` where there is none.

    >>> "Walk" in picture("walk"), "At home" in picture("unknown")
    (True, True)
    """
    label, lines = PICTURES.get(key) or PICTURES["home"]
    return Markup(
        '<svg viewBox="0 0 60 60" role="img" aria-label="{}" fill="none" stroke="currentColor" stroke-width="3" '
        'stroke-linecap="round" stroke-linejoin="round">{}</svg>'
    ).format(label, Markup(lines.replace("'", '"')))
