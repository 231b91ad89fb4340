import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasColour } from "../../cli/output/colour";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

const escape = "\u001b[";
let scene: TestEnvironment;

beforeAll(async () => {
  // A worker of jest has it.
  delete process.env["FORCE_COLOR"];
  scene = await createTestEnvironment();
  await scene.cli(["sync"]);
  scene.sandbox.update("location", "LOC-PAR-001", { name: "Paris" });
  await scene.cli(["sync"]);
  const resource = {
    urn: "urn:pulumi:dev::net::aws:ec2/vpnConnection:VpnConnection::paris",
    type: "aws:ec2/vpnConnection:VpnConnection",
    custom: true,
    inputs: { tags: { "cmdb:configuration-item": "CI-NONE" } },
  };
  writeFileSync(
    join(scene.cacheDir, "state.json"),
    JSON.stringify({ version: 3, deployment: { resources: [resource] } }),
  );
});
afterAll(() => scene.end());

const commands = [
  ["list", "locations"],
  ["diff"],
  ["history", "LOC-PAR-001"],
  ["doctor"],
  ["drift", "--state", "state.json"],
];

/** What a command prints into a pipe, both streams. */
async function printed(args: readonly string[], environment: Record<string, string>): Promise<string> {
  const { out, err } = await scene.cli(args, { NO_COLOR: "", TERM: "xterm-256color", ...environment });
  expect(out).not.toBe("");
  return out + err;
}

test.each(commands)("%s prints no colour into a pipe if CI is set", async (...args) => {
  expect(await printed(args, { CI: "true" })).not.toContain(escape);
});

test.each(commands)("%s prints colour into a pipe with --color", async (...args) => {
  expect(await printed([...args, "--color"], {})).toContain(escape);
});

test("FORCE_COLOR is the same as --color; NO_COLOR and --no-color take precedence over both", async () => {
  expect(await printed(["history", "LOC-PAR-001"], { FORCE_COLOR: "1" })).toContain(escape);
  expect(await printed(["history", "LOC-PAR-001", "--color"], { NO_COLOR: "1" })).not.toContain(escape);
  expect(await printed(["history", "LOC-PAR-001", "--no-color"], { FORCE_COLOR: "1" })).not.toContain(escape);
});

describe("without an option", () => {
  const coloured = (stream: { readonly isTTY?: boolean }): boolean => hasColour(stream, { color: undefined });
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of ["NO_COLOR", "FORCE_COLOR", "CI"]) delete process.env[name];
    process.env["TERM"] = "xterm";
  });
  afterAll(() => {
    process.env = before;
  });

  test("each stream has colour if it is a terminal itself", () => {
    expect([coloured({ isTTY: true }), coloured({ isTTY: false }), coloured({})]).toEqual([true, false, false]);
  });

  test.each([
    ["TERM", "dumb"],
    ["NO_COLOR", "1"],
    ["FORCE_COLOR", "0"],
    ["FORCE_COLOR", "false"],
  ])("a terminal has no colour with %s=%s", (name, value) => {
    process.env[name] = value;
    expect(coloured({ isTTY: true })).toBe(false);
  });

  test("an empty NO_COLOR has no effect", () => {
    process.env["NO_COLOR"] = "";
    expect([coloured({ isTTY: true }), coloured({})]).toEqual([true, false]);
  });
});
