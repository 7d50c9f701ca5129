"""What libraries say while they work: our own notices, as lines like all others; the rest with --debug."""

import logging
import sys
import warnings

from audiostyle.cli.console import print_message


class PrintHandler(logging.Handler):
    """Prints each notice as a line on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a notice."""
        print_message(record.getMessage())


def listen_to_libraries(handler: logging.Handler, level: int) -> None:
    """Give our own notices to a handler, and silence other libraries.

    Args:
        handler: gets the notices.
        level: the least that is wanted; with ``logging.DEBUG`` other libraries speak as well.
    """
    log = logging.getLogger("audiostyle")
    log.handlers = [handler]
    log.setLevel(level)
    if level > logging.DEBUG:
        logging.getLogger().addHandler(logging.NullHandler())  # without any, Python prints them itself
        if not sys.warnoptions:
            warnings.simplefilter("ignore")
