"""`make facts`: every fact with its source, date, certainty and age."""

import os
import sys
from datetime import UTC, datetime

from regain.reference.facts import facts


def main() -> None:
    """Print a line a value, grouped by fact."""
    today = datetime.now(UTC).date()
    count = 0
    for one in facts():
        print(f"\n{one.id}: {one.label} ({one.unit}), version {one.version}, read {one.age_on(today).days} days ago")
        for value in one.values:
            count += 1
            name = value.get("key") or value.get("value") or next(iter(value.data.values()), "")
            until = f" to {value.to}" if value.to else ""
            cited = "; ".join(f"{one.sources[s].title} (read {one.sources[s].as_of})" for s in value.sources)
            print(f"  from {value.from_}{until}  {str(name)[:60]:60}  {value.certainty:12}  {cited}")
    print(f"\n{count} values")


if __name__ == "__main__":
    try:
        main()
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader, `head` or a pager, has seen enough; nothing is left to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
