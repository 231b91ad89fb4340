"""A program that makes the look-ups of LOOK_UPS, each in its plain form and in its output form."""

import json
import os
import re

import pulumi
import pulumi_orange_cmdb as orange_cmdb


def snake(name):
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


plain = []
outputs = []
for look in json.loads(os.environ["LOOK_UPS"]):
    function = "get" + snake(look["what"])
    args = {snake(name): value for name, value in look["args"].items()}
    plain.append(vars(getattr(orange_cmdb, function)(**args)))
    outputs.append(getattr(orange_cmdb, function + "_output")(**args).apply(vars))
pulumi.export("plain", plain)
pulumi.export("outputs", outputs)
