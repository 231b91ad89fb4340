import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PulumiCli } from "../../drift/sources/pulumi-cli";
import { refreshStack } from "../../drift/sources/refresh";

const urn = "urn:pulumi:prod::net::a:b:C::x";
const changed = { resOutputsEvent: { metadata: { op: "update", urn, type: "a:b:C", diffs: ["tags"] } } };
const ended = { summaryEvent: {} };
const error = {
  diagnosticEvent: { severity: "error", message: "<{%reset%}>the provider cannot be had<{%reset%}>\nmore" },
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

test("what changed outside Pulumi is told, warnings or not", async () => {
  const found = [{ urn, type: "a:b:C", change: "changed", properties: ["tags"] }];
  expect(await refresh([changed, warning, ended])).toEqual(found);
  expect(await refresh([ended, changed], 0, "")).toEqual(found);
});

test("numbers that differ in a digit beyond 2^53 differ", async () => {
  const event = (before: string, now: string): string =>
    `{"resOutputsEvent":{"metadata":{"op":"update","urn":"${urn}","type":"a:b:C","old":{"outputs":{"n":${before}}},"new":{"outputs":{"n":${now}}}}}}`;
  const [found] = await refresh([event("9007199254740992", "9007199254740993"), ended]);
  expect(found?.properties).toEqual(["n"]);
});

test("an error that pulumi tells of is one, however it ends", async () => {
  await expect(refresh([error, ended], 1)).rejects.toThrow(
    /^the stack prod cannot be refreshed: the provider cannot be had$/,
  );
  const said =
    "the stack prod cannot be refreshed: pulumi told of an error, though it ended as if there were none: the provider cannot be had; run pulumi refresh --preview-only to see all of it";
  for (const events of [
    [changed, error, ended],
    [changed, ended, error],
  ])
    for (const last of ["\n", ""]) await expect(refresh(events, 0, last)).rejects.toThrow(said);
});

test("what ends early is no answer", async () => {
  await expect(refresh([changed])).rejects.toThrow("pulumi did not tell how it ended");
});
