"""Runs a Pulumi program as Pulumi's own language host does, by what its environment says: run.py PROGRAM"""

import asyncio
import os
import runpy
import sys
import traceback

from pulumi.runtime import configure, run_in_stack
from pulumi.runtime.settings import Settings

env = os.environ
configure(
    Settings(
        monitor=env["PULUMI_MONITOR"],
        engine=env["PULUMI_ENGINE"],
        organization=env["PULUMI_ORGANIZATION"],
        project=env["PULUMI_PROJECT"],
        stack=env["PULUMI_STACK"],
        parallel=int(env["PULUMI_PARALLEL"]),
        dry_run=env["PULUMI_DRY_RUN"] == "true",
    )
)
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
try:
    loop.run_until_complete(run_in_stack(lambda: runpy.run_path(sys.argv[1])))
except Exception:
    traceback.print_exc()
    sys.exit(1)
