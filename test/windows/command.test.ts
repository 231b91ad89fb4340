import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { forms, programOf } from "./helpers/programs";
import { root, startWindows, type Windows } from "./helpers/windows";

// A program takes seconds to start under Wine.
jest.setTimeout(900_000);

/** A state of Terraform with a router that has another address in the CMDB. */
const state = {
  version: 4,
  terraform_version: "1.10.0",
  serial: 1,
  lineage: "00000000-0000-0000-0000-000000000000",
  resources: [
    {
      mode: "managed",
      type: "aws_customer_gateway",
      name: "paris",
      provider: 'provider["registry.opentofu.org/hashicorp/aws"]',
      instances: [{ attributes: { ip_address: "192.0.2.250", tags: { "cmdb:configuration-item": "CI-RTR-PAR-001" } } }],
    },
  ],
};

const rules = `
references:
  - types: [aws_customer_gateway]
    kind: configurationItem
    match:
      - { property: ip_address, record: ipAddress, as: ip }
`;

describe.each(forms)("the command, as %s,", (form) => {
  let windows: Windows;
  let sandbox: Sandbox;
  let program: readonly string[];
  beforeAll(async () => {
    windows = await startWindows();
    sandbox = await startSandbox({ rate: 0 });
    program = programOf(form, "command", join(root, "dist", "cli", "main.js"), windows);
  });
  afterAll(async () => {
    await sandbox.close();
    await windows.end();
  });

  const at = (name: string): string => join(windows.folder, name);

  /** Runs the command, and returns its standard output. @throws Error if it ends with another code than 0 */
  async function command(args: readonly string[], changes: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, out, err } = await windows.run([...program, ...args], { ...sandbox.environment, ...changes });
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
    return out;
  }

  const lists = (): number => sandbox.requests.filter(({ path }) => path.includes("?")).length;

  test("sync fills the mirror in the user's profile, and list reads it without a request", async () => {
    await command(["sync"]);
    const before = lists();
    expect(JSON.parse(await command(["list", "locations", "-o", "json"]))).toHaveLength(10);
    expect(lists()).toBe(before);
    expect(readdirSync(join(windows.localAppData, "orange-cmdb", "Cache"))).toContainEqual(
      expect.stringMatching(/\.db$/),
    );
  });

  test("several processes replace the mirror that others have open", async () => {
    const list = ["list", "configuration-items", "-o", "json"];
    for (let round = 0; round < 2; round += 1) {
      sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: `round ${round}` });
      const all = await Promise.all(Array.from({ length: 4 }, () => command(list, { ORANGE_CMDB_MAX_AGE: "0" })));
      for (const out of all) {
        const items = JSON.parse(out) as { id: string; name: string }[];
        expect(items).toHaveLength(60);
        expect(items.find(({ id }) => id === "CI-RTR-PAR-001")?.name).toBe(`round ${round}`);
      }
    }
  });

  test("doctor confirms the settings, the credentials and the API", async () => {
    expect(await command(["doctor"])).toContain("10. One record is at /{collection}/{id}");
  });

  test("drift reads states by a path with a drive and backslashes and by a glob, and writes a report", async () => {
    mkdirSync(at("states"));
    writeFileSync(at("states/paris.tfstate"), JSON.stringify(state));
    writeFileSync(at("cmdb.rules.yaml"), rules);
    const file = windows.path(at("states/paris.tfstate"));
    for (const source of [
      ["--state", file],
      ["--from", file],
      ["--from", windows.path(at("states/*.tfstate"))],
    ]) {
      const output = ["--fail-on", "never", "-o", `json=${windows.path(at("report.json"))}`];
      await command(["drift", ...source, "--rules", windows.path(at("cmdb.rules.yaml")), ...output]);
      const { findings } = JSON.parse(readFileSync(at("report.json"), "utf8")) as { findings: { rule: string }[] };
      expect([source, findings.map(({ rule }) => rule)]).toEqual([
        source,
        expect.arrayContaining(["attributes-match"]),
      ]);
    }
  });
});
