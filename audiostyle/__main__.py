"""``python -m audiostyle`` is the ``audiostyle`` command."""

from audiostyle.cli import main

if __name__ == "__main__":
    main()
