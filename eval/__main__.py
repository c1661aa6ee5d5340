"""``python -m eval`` is ``avots eval``."""

import sys

from eval.entry import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
