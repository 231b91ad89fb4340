"""Runs a Python file as a program of Pulumi by the Automation API: driver.py PROGRAM STEP

The work folder is the current folder. Prints the engine's output and the stack's outputs as JSON.
"""

import json
import runpy
import sys

from pulumi import automation

path, step = sys.argv[1:]
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
text = steps[step]().stdout
outputs = {name: output.value for name, output in stack.outputs().items()}
print(json.dumps({"text": text, "outputs": outputs}))
