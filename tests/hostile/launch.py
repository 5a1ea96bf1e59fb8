"""Runs a command as its own child and writes the child's peak resident size, in KiB, to a file.

The peak of a process that was started directly would include that of the test that started it, which Linux carries
over `exec`.
"""

import os
import sys

target, *command = sys.argv[1:]
child = os.fork()
if child == 0:
    os.execvp(command[0], command)
_, status, usage = os.wait4(child, 0)
with open(target, "w", encoding="ascii") as file:
    file.write(str(usage.ru_maxrss))
code = os.waitstatus_to_exitcode(status)
os._exit(code if code >= 0 else 128 - code)
