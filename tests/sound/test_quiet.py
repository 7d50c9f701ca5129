"""mpg123's lines vanish, all others arrive; from C, from threads, and where there is no stderr."""

import subprocess
import sys

CODE = """
import os, sys, threading
from audiostyle.sound.quiet import hide_decoder_messages

def work(number):
    for _ in range(50):
        with hide_decoder_messages():
            os.write(2, b"Note: Illegal Audio-MPEG-Header 0xfefb6064 at offset 684304.\\n")
            os.write(2, b"[src/libmpg123/layer3.c:INT123_do_layer3():1804] error: dequantization failed!\\n")
            os.write(2, b"kept %d\\n" % number)

threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
os.write(2, b"after\\n")
"""


def run(code: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, **options)  # type: ignore


def test_only_the_decoders_lines_are_hidden():
    lines = run(CODE).stderr.splitlines()
    assert sorted(set(lines)) == [b"after", b"kept 0", b"kept 1", b"kept 2", b"kept 3"]
    assert len(lines) == 201


def test_without_stderr_nothing_fails():
    code = "import os; os.close(2)\nfrom audiostyle.sound.quiet import hide_decoder_messages as hide\n"
    run(code + "with hide(): pass\nprint('done')")
