import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PulumiCli } from "../../drift/sources/pulumi/pulumi-cli";
import { refreshStack } from "../../drift/sources/pulumi/refresh";

const urn = "urn:pulumi:prod::net::a:b:C::x";
const changed = { resOutputsEvent: { metadata: { op: "update", urn, type: "a:b:C", diffs: ["tags"] } } };
const ended = { summaryEvent: {} };
const error = {
  diagnosticEvent: { severity: "error", message: "<{%reset%}>the provider is not available<{%reset%}>\nmore" },
};
const warning = { diagnosticEvent: { severity: "warning", message: "old" } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-refresh-"));
  process.env["ORANGE_CMDB_PULUMI"] = join(folder, "pulumi");
});
afterEach(() => {
  delete process.env["ORANGE_CMDB_PULUMI"];
  rmSync(folder, { recursive: true, force: true });
});

const textOf = (event: object | string): string => (typeof event === "string" ? event : JSON.stringify(event));

/** Asks a pulumi that tells these events, and ends so. */
function refresh(events: readonly (object | string)[], code = 0, last = "\n"): ReturnType<typeof refreshStack> {
  writeFileSync(join(folder, "events"), events.map(textOf).join("\n") + last);
  const pulumi = join(folder, "pulumi");
  writeFileSync(pulumi, `#!/bin/sh\ncat '${join(folder, "events")}'\nexit ${code}\n`);
  chmodSync(pulumi, 0o755);
  return refreshStack("prod", new PulumiCli(folder));
}

test("drift outside Pulumi is reported with or without warnings", async () => {
  const found = [{ urn, type: "a:b:C", change: "changed", properties: ["tags"] }];
  expect(await refresh([changed, warning, ended])).toEqual(found);
  expect(await refresh([ended, changed], 0, "")).toEqual(found);
});

test("numbers that differ only in a digit beyond 2^53 are reported as different", async () => {
  const event = (before: string, now: string): string =>
    `{"resOutputsEvent":{"metadata":{"op":"update","urn":"${urn}","type":"a:b:C","old":{"outputs":{"n":${before}}},"new":{"outputs":{"n":${now}}}}}}`;
  const [found] = await refresh([event("9007199254740992", "9007199254740993"), ended]);
  expect(found?.properties).toEqual(["n"]);
});

test("an error event of pulumi is an error, whatever the exit code", async () => {
  await expect(refresh([error, ended], 1)).rejects.toThrowErrorMatchingInlineSnapshot(
    `"the stack prod cannot be refreshed: the provider is not available"`,
  );
  const said =
    "the stack prod cannot be refreshed: pulumi reported an error but exited with code 0: the provider is not available; run pulumi refresh --preview-only to see the full output";
  for (const events of [
    [changed, error, ended],
    [changed, ended, error],
  ])
    for (const last of ["\n", ""]) await expect(refresh(events, 0, last)).rejects.toThrow(said);
});

test("output without a summary is an error", async () => {
  await expect(refresh([changed])).rejects.toThrowErrorMatchingInlineSnapshot(
    `"the stack prod cannot be refreshed: pulumi printed no summary; run pulumi refresh --preview-only to see the full output"`,
  );
});
