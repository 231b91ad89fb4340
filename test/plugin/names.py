"""Checks that an example uses the generated SDK by names that are there: names.py EXAMPLE SDK"""

import ast
import pathlib
import sys

example, sdk = sys.argv[1:]
known = {}
for path in pathlib.Path(sdk, "pulumi_orange_cmdb").rglob("*.py"):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            known[node.name] = {argument.arg for argument in node.args.args + node.args.kwonlyargs}
        elif isinstance(node, ast.ClassDef):
            inits = [part for part in ast.walk(node) if isinstance(part, ast.FunctionDef)]
            known[node.name] = {argument.arg for init in inits for argument in init.args.args + init.args.kwonlyargs}

calls = 0
for node in ast.walk(ast.parse(pathlib.Path(example).read_text())):
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        continue
    if not isinstance(node.func.value, ast.Name) or node.func.value.id != "orange_cmdb":
        continue
    calls += 1
    name = node.func.attr
    if name not in known:
        sys.exit(f"the SDK has no {name}")
    for keyword in node.keywords:
        if keyword.arg not in known[name]:
            sys.exit(f"{name} takes no {keyword.arg}")
if calls == 0:
    sys.exit("the example calls nothing of the SDK")
