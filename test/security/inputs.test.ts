import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { versionArgument } from "../../cli/options/arguments";
import { readIgnoreFile } from "../../drift/ignore/ignore-file";
import { stackNameOf } from "../../drift/common/stack-name";
import { parseYaml } from "../../policy/config/exact-yaml";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import { resolveSettings } from "../../provider/settings/resolve";
import { shorten } from "../../provider/platform/printable";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

const main = resolve(__dirname, "../../dist/cli/main.js");

let scene: TestEnvironment;
let folder: string;
beforeAll(async () => {
  scene = await createTestEnvironment();
  await scene.cli(["sync"]);
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-inputs-"));
  execFileSync("mkfifo", [join(folder, "fifo")]);
});
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const urn = "urn:pulumi:prod::net::a:b:C::x";
const state = JSON.stringify({
  version: 3,
  deployment: { resources: [{ urn, type: "a:b:C", outputs: { tags: {} } }] },
});
const rules = JSON.stringify({ references: [{ types: ["*"], kind: "location" }] });

describe("a device or a FIFO is rejected as an input, without waiting", () => {
  const readers: [string, (path: string) => [readonly string[], Readonly<Record<string, string>>]][] = [
    ["ORANGE_CMDB_RULES", (path) => [["drift", "--state", file("s.json", state)], { ORANGE_CMDB_RULES: path }]],
    ["--rules", (path) => [["drift", "--state", file("s.json", state), "--rules", path], {}]],
    ["--ignore-file", (path) => [["drift", "--state", file("s.json", state), "--ignore-file", path], {}]],
    ["--baseline", (path) => [["drift", "--state", file("s.json", state), "--baseline", path], {}]],
    ["--state", (path) => [["drift", "--state", path], {}]],
    ["--plan", (path) => [["check", "--plan", path], {}]],
    ["--policy-pack-config", (path) => [["check", "--plan", "p.json", "--policy-pack-config", path], {}]],
    ["a part of drift merge", (path) => [["drift", "merge", path], {}]],
    ["--inventory", (path) => [["--inventory", path, "list", "locations"], {}]],
  ];
  test.each(readers)("%s", async (_name, argumentsOf) => {
    for (const path of ["/dev/zero", "/dev/null", join(folder, "fifo")]) {
      const { code, err } = await scene.cli(...argumentsOf(path));
      expect([path, code]).toEqual([path, 1]);
      expect(err).toMatch(/is a pipe or a device|cannot be written|not a regular file/);
    }
  });

  test("inputs that a shell opens are read: standard input, <(…), a link to it", () => {
    const bash = (script: string): string => {
      const env = {
        ...process.env,
        ...scene.sandbox.environment,
        ORANGE_CMDB_CACHE_DIR: scene.cacheDir,
        NODE_OPTIONS: "",
      };
      const ended = spawnSync(
        "bash",
        ["-c", script, process.execPath, main, file("s.json", state), file("r.json", rules)],
        { cwd: folder, env, encoding: "utf8", timeout: 60_000 },
      );
      return `${ended.status} ${ended.stderr}`;
    };
    for (const script of [
      '"$0" "$1" drift --state <(cat "$2") --rules "$3"',
      'cat "$2" | "$0" "$1" drift --state /dev/stdin --rules "$3"',
      'cat "$2" | "$0" "$1" drift --state - --rules <(cat "$3")',
      '"$0" "$1" drift --state /dev/fd/7 --rules "$3" 7< "$2"',
    ])
      expect([script, bash(script)]).toEqual([script, expect.stringMatching(/^[02] /)]);
  });
});

const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

describe("an inherited name is an unknown name", () => {
  // A literal would set the prototype.
  const holding = (name: string, value: unknown): unknown =>
    JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
  const valid = [{ types: ["*"], kind: "location" }];

  test.each(inherited)("%s", async (name) => {
    for (const fieldMap of [holding(name, {}), { location: holding(name, ["a"]) }])
      expect(() =>
        resolveSettings({ ...scene.args, fieldMap: JSON.stringify(fieldMap) as never }, () => undefined, {}),
      ).toThrow(name);
    for (const given of [
      holding(name, 1),
      { references: valid, severity: holding(name, "error") },
      { references: valid, unique: holding(name, 1) },
      { references: [holding(name, 1)] },
      { references: [{ types: ["*"], kind: name }] },
    ])
      expect(() => parseRulesFile(parseYaml(JSON.stringify(given)).value, "the rules")).toThrow(
        /is not a rules file|there is no name "__proto__"/,
      );
    expect(() => readIgnoreFile(file("i.yaml", `ignore:\n  - { rule: "*", reason: a, ${name}: 1 }`))).toThrow(
      /is not an ignore file|there is no name "__proto__"/,
    );
    expect(() => readIgnoreFile(file("i.yaml", JSON.stringify({ ignore: [{ rule: name, reason: "a" }] })))).toThrow(
      /ignore\.0\.rule: .* is not allowed; allowed are/,
    );
    for (const args of [
      ["drift", "--state", "s.json", "-o", name],
      ["list", name],
      ["list", "locations", "-o", name],
      ["diff", "-o", name],
      [name],
    ]) {
      const { code, err } = await scene.cli(args);
      expect([args, code, /TypeError|\n {4}at /.test(err)]).toEqual([args, 1, false]);
    }
  });
});

test.each(["0x10", "1e3", " 5 ", "+5", "5.", "0b1", "5_0", "٥", "", "-1", "1.5", "NaN", "Infinity"])(
  "%j is not a number of a setting or an option",
  (text) => {
    for (const setting of ["maxAge", "pageSize", "requestsPerSecond", "timeout", "historyDays"] as const)
      expect(() => resolveSettings({ ...scene.args, [setting]: text }, () => undefined, {})).toThrow(setting);
    if (text !== "")
      expect(() => resolveSettings(scene.args, () => undefined, { ORANGE_CMDB_MAX_AGE: text })).toThrow("maxAge");
    if (!/^[-+ ]?\d/.test(text)) expect(() => versionArgument(text)).toThrow();
  },
);

test("decimal digits are a number of a setting, also as a number", () => {
  for (const maxAge of ["10", 10, "007"])
    resolveSettings({ ...scene.args, maxAge: maxAge as number }, () => undefined, {});
});

test.each(["\r", "\n", "\u2028", "\u0085", "/", "a b", "\0", "é", "'"])("a stack name can contain %j", async (sign) => {
  const name = `pr${sign}od`;
  const of = (id: string): string => `urn:pulumi:${name}::net${sign}::a:b:C::${id}`;
  expect(stackNameOf(of("x"))).toBe(`net${sign}/${name}`);
  const resources = ["x", "y"].map((id) => ({ urn: of(id), type: "a:b:C", outputs: { tags: {} } }));
  const path = file("named.json", JSON.stringify({ version: 3, deployment: { resources } }));
  const { out } = await scene.cli(["drift", "--state", path, "-o", "json"]);
  expect(JSON.parse(out)).toMatchObject({ stacks: [{ name: `net${sign}/${name}`, resources: 2 }] });
});

describe("an input that is nested too deeply, or expands, is an error with a message", () => {
  const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);
  const bomb = [
    "a: &a [x, x, x, x, x, x, x, x, x]",
    ..."bcdefghi".split("").map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[at]}`).join(", ")}]`),
  ].join("\n");
  const inputs: [string, string, RegExp][] = [
    ["lists", deep("[", "]"), /nested/],
    ["maps", deep('{"a":', "}"), /nested|not whole JSON|not YAML/],
    ["a list in a valid document", `{"references":${deep("[", "]")}}`, /nested/],
    ["block lists", "- ".repeat(20_000), /nested/],
    ["an alias bomb", bomb, /alias/],
  ];
  test.each(inputs)(
    "YAML: %s",
    (_name, text, said) => {
      const began = Date.now();
      expect(() => parseYaml(text)).toThrow(said);
      expect(() => readIgnoreFile(file("deep.yaml", text))).toThrow(/is not YAML: /);
      expect(Date.now() - began).toBeLessThan(60_000);
    },
    120_000,
  );

  test.each(inputs.slice(0, 3))("JSON: %s", async (_name, text) => {
    for (const args of [
      ["drift", "--state", file("deep.json", text)],
      ["drift", "merge", file("deep.json", text)],
      ["check", "--plan", file("deep.json", text)],
      ["drift", "--state", file("s.json", state), "--history", file("deep.json", text)],
    ]) {
      const { code, err } = await scene.cli(args);
      expect([args, code, err.length < 1_000, /call stack|\n {4}at /.test(err)]).toEqual([args, 1, true, false]);
    }
  });
});

describe("a text in a message is at most about 200 characters, and its length is in the message", () => {
  const long = "x".repeat(5_000);
  test.each<[string, () => unknown]>([
    ["a rule", () => parseRulesFile({ references: [{ types: ["*"], kind: "location", [long]: 1 }] }, "r")],
    ["a name of a rule", () => parseRulesFile({ [long]: 1 }, "r")],
    ["a JMESPath", () => parseRulesFile({ cover: [{ kind: "location", where: `a ${long.slice(0, 1_500)}` }] }, "r")],
    ["YAML", () => readIgnoreFile(file("long.yaml", `a: ${long}: ${long}`))],
    ["an argument", () => versionArgument(long)],
  ])("%s", (_name, work) => {
    expect(work).toThrow(/^[^]{1,900}$/);
  });

  test("keeps whole characters", () => {
    expect(shorten("a".repeat(200))).toHaveLength(200);
    expect(shorten("a".repeat(201))).toBe(`${"a".repeat(200)}… (201 characters)`);
    expect(shorten(`${"a".repeat(199)}😀b`)).toBe(`${"a".repeat(199)}… (202 characters)`);
  });
});

test("until is a date or a time with or without a zone, and the message names the form", () => {
  const read = (until: string): unknown =>
    readIgnoreFile(file("until.yaml", `ignore: [{ rule: "*", reason: a, until: "${until}" }]`));
  for (const until of ["2026-12-31", "2026-12-31T18:00:00Z", "2026-12-31T18:00:00+01:00", "2026-12-31T18:00:00"])
    expect(read(until)).toHaveLength(1);
  for (const until of ["31.12.2026", "2026-02-30", "2026-12-31 18:00 CET", "tomorrow", ""])
    expect(() => read(until)).toThrow(/until: is not a date such as 2026-12-31, nor a time such as/);
});

test("a date or time of --since without a zone is UTC, whatever the local time zone", () => {
  const zone = process.env["TZ"];
  try {
    for (const place of ["Pacific/Kiritimati", "America/New_York", "UTC"]) {
      process.env["TZ"] = place;
      expect(versionArgument("2026-11-24")).toEqual({ time: Date.UTC(2026, 10, 24) });
      expect(versionArgument("2026-11-24T18:00")).toEqual({ time: Date.UTC(2026, 10, 24, 18) });
      expect(versionArgument("2026-11-24T18:00+02:00")).toEqual({ time: Date.UTC(2026, 10, 24, 16) });
    }
  } finally {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});
