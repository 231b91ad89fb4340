"""Runs steps of a program by the Automation API, and prints the engine's output: driver.py PROGRAM STEP…"""

import runpy
import sys

from pulumi import automation

path, *chosen = sys.argv[1:]
stack = automation.create_or_select_stack(
    stack_name="test",
    project_name="python",
    program=lambda: runpy.run_path(path),
    opts=automation.LocalWorkspaceOptions(work_dir="."),
)
steps = {
    "preview": lambda: stack.preview(),
    "unchanged": lambda: stack.preview(expect_no_changes=True),
    "up": lambda: stack.up(),
    "refresh": lambda: stack.refresh(),
    "destroy": lambda: stack.destroy(),
}
for step in chosen:
    print(steps[step]().stdout)
