"""The door for scripts. One file a command; a command is imported when it is asked for, so start-up stays quick."""

from __future__ import annotations

import importlib
import sys

COMMANDS = {
    "run": "start the server and the worker on this machine",
    "recommend": "OT, PT, both or a physician first, from letters, bundles or profiles",
    "score": "score an outcome measure, or the change between two scores",
    "units": "billable units and modifiers of one day's minutes",
    "estimate": "what the patient pays for a whole plan",
    "due": "when a section must be certified, recertified and reported on",
    "import": "read FHIR bundles, NDJSON or a Regain export",
    "export": "write everything: FHIR NDJSON, tables, CSV, PDF",
    "backup": "one file that holds the whole database",
    "restore": "bring a backup back",
    "check": "look for what is broken: audit chain, signatures, facts, set-up",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code (0 answered, 1 an answer has an error, 2 wrong usage or unreadable)."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print("usage: regain COMMAND [options]   (regain COMMAND --help says more)\n")
        print("\n".join(f"  {name:10} {what}" for name, what in COMMANDS.items()))
        return 0 if words else 2
    if words[0] == "--version":
        from regain import __version__

        print(__version__)
        return 0
    if words[0] not in COMMANDS:
        print(f"regain: no command {words[0]!r}; expected one of {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    # `import` is a keyword, so its module is import_
    command = importlib.import_module(f"regain.cli.{'import_' if words[0] == 'import' else words[0]}")
    try:
        return command.main(words[1:])
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("regain: stopped", file=sys.stderr)
        return 2
