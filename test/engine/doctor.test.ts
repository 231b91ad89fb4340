import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check, DoctorReport } from "../../provider/doctor";
import { notInstalled } from "../helpers/environment";
import { useTestEnvironment } from "../helpers/hooks";
import { runProgram } from "../helpers/run-program";

const scene = useTestEnvironment();
const pulumi = process.env["ORANGE_CMDB_PULUMI"] ?? "";

/** Returns what the doctor reports about a Pulumi CLI. */
async function check(changes: Record<string, string>): Promise<Check | undefined> {
  const { out } = await scene().cli(["doctor", "-o", "json"], changes);
  return (JSON.parse(out) as DoctorReport).checks.find(({ name }) => name === "Pulumi CLI");
}

test("the doctor reports the version of the Pulumi CLI", async () => {
  const { out } = await runProgram([pulumi, "version"], { env: process.env });
  expect(await check({ ORANGE_CMDB_PULUMI: pulumi })).toEqual({
    area: "environment",
    name: "Pulumi CLI",
    status: "ok",
    detail: out.trim(),
  });
});

test("the doctor warns about an old Pulumi CLI", async () => {
  const old = join(scene().cacheDir, "pulumi");
  writeFileSync(old, "#!/bin/sh\necho v3.203.9\n");
  chmodSync(old, 0o755);
  expect(await check({ ORANGE_CMDB_PULUMI: old })).toMatchObject({
    status: "warning",
    detail: "v3.203.9",
    next: "programs need Pulumi 3.204 or later",
  });
});

test("the doctor works without a Pulumi CLI", async () => {
  expect(await check(notInstalled)).toMatchObject({ status: "unknown", detail: "not on PATH" });
});
