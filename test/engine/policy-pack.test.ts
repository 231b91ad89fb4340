import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "./helpers/clouds";
import { judged } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { addYaml } from "./helpers/yaml";
import { writeRecords } from "./policy/records";

let project: Project;
let sandbox: Sandbox;
const gateway = (item: string, more: object = {}): object => ({
  type: "aws:ec2/customerGateway:CustomerGateway",
  properties: { tags: { "cmdb:configuration-item": item }, ...more },
});
const resources = { differs: gateway("CI-1", { ipAddress: "192.0.2.99" }), nowhere: gateway("CI-99") };
/** Writes a program for which the engine starts no Node.js. */
const writeProgram = (resources: object): void =>
  project.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime: "yaml", resources }));
const ready = ["--policy-pack", join(root, "policy")];

beforeAll(async () => {
  project = makeProject();
  sandbox = await startSandbox({ data: writeRecords(project) });
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws"]);
  addYaml(project);
  writeProgram(resources);
  const match = [{ property: "ipAddress", record: "ipAddress" }];
  const references = [{ types: ["*"], kind: "configurationItem", match }];
  project.write("cmdb.rules.yaml", JSON.stringify({ references, severity: { "attributes-match": "error" } }));
}, 600_000);
let closed = false;
const closeSandbox = async (): Promise<void> => {
  if (!closed) await sandbox.close();
  closed = true;
};
afterAll(async () => {
  await closeSandbox();
  project.remove();
});

/** A pack's configuration as a file. */
function configured(config: object): string[] {
  const path = join(project.folder, "config.json");
  writeFileSync(path, JSON.stringify(config));
  return ["--policy-pack-config", path];
}

/** A pack of the user's own, made of these arguments. */
function ownPack(args: string): string[] {
  const folder = join(project.path, "pack");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "own", version: "1.2.3", main: "index.js" }));
  writeFileSync(
    join(folder, "index.js"),
    `const { OrangeCmdbPolicyPack } = require("pulumi-orange-cmdb/policy");\nnew OrangeCmdbPolicyPack(${args});\n`,
  );
  return ["--policy-pack", folder];
}

const preview = (...args: string[]): ReturnType<typeof judged> => judged(project, "preview", ...args);

test.each([
  ["the severities of the rules file", () => ready, "mandatory", "mandatory"],
  ["all, over those", () => ownPack(`{ all: "advisory" }`), "advisory", "advisory"],
  [
    "its own argument, over all",
    () => ownPack(`{ all: "advisory", recordExists: "mandatory" }`),
    "advisory",
    "mandatory",
  ],
  [
    "the engine's all, over the arguments",
    () => [...ownPack(`{ recordExists: "advisory" }`), ...configured({ all: "mandatory" })],
    "mandatory",
    "mandatory",
  ],
  [
    "the engine's configuration of the policy, over everything",
    () => [...ownPack(`{ all: "mandatory" }`), ...configured({ all: "mandatory", "record-exists": "advisory" })],
    "mandatory",
    "advisory",
  ],
])("the enforcement level of a policy is set by %s", async (_name, args, attributes, exists) => {
  const { complaints, text } = await preview(...args());
  expect([text.includes("configuration is wrong"), ...complaints]).toEqual([
    false,
    `attributes-match differs (${attributes})`,
    `record-exists nowhere (${exists})`,
  ]);
});

test("a disabled policy reports nothing", async () => {
  const { complaints, code } = await preview(...ready, ...configured({ all: "disabled" }));
  expect([code, complaints]).toEqual([0, []]);
});

test("a comparison with a field that no record has is reported once, and does not fail the preview", async () => {
  const match = ["ipAdress", "location.id.x", "bandwidth"].map((record) => ({ property: "ipAddress", record }));
  const rules = JSON.stringify({ references: [{ types: ["*"], kind: "configurationItem", match }] });
  const { complaints, messages, code } = await preview(...ownPack(`{ rules: ${rules}, all: "advisory" }`));
  const told = messages.filter((message) => message.includes("which no configurationItem has"));
  expect(told).toEqual([
    expect.stringContaining(
      `the rules' references.0.match.0 compares with "ipAdress", which no configurationItem has; did you mean "ipAddress"?; correct the rules`,
    ),
    expect.stringContaining("references.0.match.1 compares with"),
  ]);
  expect([code, complaints.filter((complaint) => complaint.startsWith("attributes-match"))]).toEqual([
    0,
    Array(3).fill("attributes-match differs (advisory)"),
  ]);
});

test("an entry with a misspelt type and misspelt settings are reported once, and do not fail the preview", async () => {
  const types = ["aws:ec2/customerGatway:CustomerGatway"];
  const rules = JSON.stringify({ references: [{ types, kind: "configurationItem", required: true }] });
  project.environment["ORANGE_CMDB_MAXAGE"] = "5";
  const { complaints, messages, text, code } = await preview(...ownPack(`{ rules: ${rules}, all: "mandatory" }`));
  delete project.environment["ORANGE_CMDB_MAXAGE"];
  expect([code, complaints]).toEqual([0, ["record-exists user-project-test (advisory)"]]);
  expect(messages.join()).toContain(
    `(${types.join()}) matches no resource; did you mean "aws:ec2/customerGateway:CustomerGateway"?; check its types`,
  );
  expect(text).toContain("has ORANGE_CMDB_MAXAGE, which is not a setting; did you mean ORANGE_CMDB_MAX_AGE?");
});

test("the configuration of a policy can ignore findings", async () => {
  const ignore = [{ resource: "*::nowhere", reason: "lab" }];
  const { complaints } = await preview(...ready, ...configured({ "record-exists": { ignore } }));
  expect(complaints).toEqual(["attributes-match differs (mandatory)"]);
});

test("the pack keeps its compiled code for the next preview, because the engine kills it", async () => {
  project.environment["NODE_COMPILE_CACHE"] = "";
  await preview(...ready);
  delete project.environment["NODE_COMPILE_CACHE"];
  const code = join(project.folder, "mirror", "code");
  expect(readdirSync(code, { recursive: true }).length).toBeGreaterThan(50);
});

test("unknown names and properties stop the pack with their path and the allowed values", async () => {
  const config = {
    recordExists: "mandatory",
    "reference-unique": { uniqe: {} },
    "inventory-covered": { cover: [{ kind: "location", where: "a..b" }] },
  };
  const { text, code } = await preview(...ready, ...configured(config));
  expect(text).toMatch(/unknown key "recordExists"; did you mean "record-exists"\? Allowed are all, record-exists, /);
  expect(text).toMatch(
    /reference-unique: unknown key "uniqe"; did you mean "unique"\? Allowed are enforcementLevel, unique, ignore/,
  );
  expect(text).toContain("inventory-covered.cover.0.where: is not JMESPath");
  expect(text).not.toMatch(/^\s+at /m);
  expect(code).not.toBe(0);
});

test("the engine rejects a configuration that violates the schema of a policy", async () => {
  const config = { "reference-unique": { unique: { router: 1 } }, "inventory-available": { onUnavailable: "ignore" } };
  const { text, code } = await preview(...ready, ...configured(config));
  expect(text).toMatch(/reference-unique: unique: .*"location", "servicePoint", "configurationItem", "account"/);
  expect(text).toMatch(/inventory-available: onUnavailable: .*"fail", "use-stale", "warn"/);
  expect(code).not.toBe(0);
});

test.each([
  [
    `{ recordExist: "mandatory" }`,
    /unknown key "recordExist"; did you mean "recordExists"\? Allowed are all, recordExists/,
  ],
  [
    `{ recordExists: "strict" }`,
    /recordExists: "strict" is not allowed; allowed are advisory, mandatory, remediate, disabled/,
  ],
  [`{ rules: { unique: { router: 1 } } }`, /the pack's rules is not a rules file:\n.*unique: unknown key "router"/],
  [`{ rules: "none.yaml" }`, /none\.yaml cannot be read: ENOENT/],
])("a mistake in %s stops the pack, without a stack trace", async (args, message) => {
  const { text, code } = await preview(...ownPack(args));
  expect(text.replace(/^ +/gm, "")).toMatch(message);
  expect(text).not.toMatch(/^\s+at /m);
  // The engine adds no message of its own about how the pack ended.
  expect(text).not.toContain("before it was ready");
  expect(code).not.toBe(0);
});

test("the example of a custom policy reports its violation", async () => {
  const folder = join(project.path, "own-policy");
  cpSync(join(root, "examples/own-policy"), folder, { recursive: true });
  symlinkSync(join(root, "node_modules/@pulumi/policy"), join(project.path, "node_modules/@pulumi/policy"));
  writeProgram({ ...resources, later: gateway("${differs.made}") });
  const { complaints, messages, passed } = await preview("--policy-pack", folder);
  writeProgram(resources);
  expect(complaints).toContain("managed-gateways-only differs (mandatory)");
  expect(messages.join("\n")).toContain("differs stands for CI-1, which is not managed; ask the network team");
  expect(passed).toContain("managed-gateways-only nowhere");
  // What it cannot know yet is no violation, and is said.
  expect(complaints).toContain("managed-gateways-only later (advisory)");
});

describe("an unavailable inventory", () => {
  const mirror = (name: string): void => {
    project.environment["ORANGE_CMDB_CACHE_DIR"] = join(project.folder, name);
    // Fetched again in every run.
    project.environment["ORANGE_CMDB_MAX_AGE"] = "0";
  };
  beforeAll(async () => {
    mirror("mirror-kept");
    await preview(...ready);
    await closeSandbox();
    // Retries end sooner than by default.
    project.environment["ORANGE_CMDB_TIMEOUT"] = "1";
  });

  test("fails the preview with one error, without a long wait", async () => {
    const started = Date.now();
    project.environment["ORANGE_CMDB_TIMEOUT"] = undefined;
    const { complaints, messages, code } = await preview(...ready);
    project.environment["ORANGE_CMDB_TIMEOUT"] = "1";
    expect(complaints).toEqual(["inventory-available user-project-test (mandatory)"]);
    expect(messages[0]).toContain("nothing was checked: ");
    expect(code).not.toBe(0);
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  test.each([
    ["all is advisory", { all: "advisory" }, "inventory-available user-project-test (mandatory)"],
    [
      "one rule is left on",
      { all: "disabled", "record-exists": "mandatory" },
      "record-exists user-project-test (mandatory)",
    ],
    [
      "only a rule of the stack is left on",
      { all: "disabled", "inventory-fresh": "mandatory" },
      "inventory-fresh user-project-test (mandatory)",
    ],
    ["it is disabled by name", { "inventory-available": "disabled" }, "record-exists user-project-test (mandatory)"],
  ])("fails the preview if %s", async (_name, config, complaint) => {
    const { complaints, text, code } = await preview(...ready, ...configured(config));
    expect(complaints).toEqual([complaint]);
    expect(text).toContain("nothing was checked: ");
    expect(code).not.toBe(0);
  });

  test("is an error of a strict policy even if a lenient one reported it, whichever policies are enforced", async () => {
    const config = { all: "disabled", "record-exists": "advisory", "reference-unique": "mandatory" };
    const unique = { "reference-unique": { enforcementLevel: "mandatory", unique: { location: 1 } } };
    const strict = await preview(...ready, ...configured({ ...config, ...unique }));
    expect(strict.complaints).toEqual([
      "record-exists user-project-test (advisory)",
      "reference-unique user-project-test (mandatory)",
    ]);
    expect(strict.code).not.toBe(0);
    const warn = { "inventory-available": { enforcementLevel: "disabled", onUnavailable: "warn" } };
    const warned = await preview(...ready, ...configured({ ...config, ...unique, ...warn }));
    expect([warned.code, warned.complaints]).toEqual([0, ["record-exists user-project-test (advisory)"]]);
    const chosen = await preview(...ready, ...configured({ "inventory-available": "advisory" }));
    expect([chosen.code, chosen.complaints]).toEqual([0, ["inventory-available user-project-test (advisory)"]]);
  });

  test("is replaced by a stale one if configured, which is reported", async () => {
    const stale = configured({ all: "advisory", "inventory-available": { onUnavailable: "use-stale" } });
    for (const { complaints, messages } of [
      await preview(...ready, ...stale),
      await preview(...ownPack(`{ all: "advisory", onUnavailable: "use-stale" }`)),
    ]) {
      expect(complaints).toEqual([
        "attributes-match differs (advisory)",
        "inventory-fresh user-project-test (advisory)",
        "record-exists nowhere (advisory)",
      ]);
      expect(messages.join("\n")).toMatch(/checked with the inventory of .* old: /);
    }
    mirror("mirror-none");
    const { complaints, messages } = await preview(
      ...ready,
      ...configured({ "inventory-available": { onUnavailable: "use-stale" } }),
    );
    expect(complaints).toEqual(["inventory-available user-project-test (mandatory)"]);
    expect(messages.join("\n")).toMatch(/nothing was checked: .*; there is no older mirror/);
  });

  test("is only a warning in every run if configured", async () => {
    const { complaints, code } = await preview(...ownPack(`{ onUnavailable: "warn" }`));
    expect(complaints).toEqual(["inventory-available user-project-test (advisory)"]);
    expect(code).toBe(0);
  });
});
