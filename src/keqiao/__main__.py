"""`python -m keqiao` is the `keqiao` command line."""

import sys

from keqiao.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
