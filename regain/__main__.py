"""`python -m regain` is the `regain` command."""

import sys

from regain.cli import main

sys.exit(main())
