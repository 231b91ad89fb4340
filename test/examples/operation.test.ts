import { cpSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { bash } from "../drift/helpers/ci";
import { addClouds } from "../engine/helpers/clouds";
import { makeProject, root, type Ended, type Project } from "../engine/helpers/project";
import { itemsInService } from "./helpers/items";
import { environmentOf, gateways } from "./helpers/project";

let sandbox: Sandbox;
let project: Project;

beforeEach(async () => {
  sandbox = await startSandbox();
  project = await makeProject();
  Object.assign(project.environment, sandbox.environment, { ORANGE_CMDB_MAX_AGE: "0" });
});
afterEach(async () => {
  await sandbox.close();
  project.remove();
});

const example = (name: string, file: string): string => join(root, "examples", name, file);

test("core-routers: what the CMDB changes of them is sent on, and told by the exit code", async () => {
  for (const file of ["index.ts", "tsconfig.json", "Pulumi.yaml", "watch.sh"])
    cpSync(example("core-routers", file), join(project.path, file));
  expect(await project.pulumi("stack", "init", "test")).toMatchObject({ code: 0 });
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  expect([up.code, up.text]).toEqual([0, expect.stringMatching(/\d+ created/)]);

  const alerts: { text: string }[] = [];
  const hook = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += String(data)));
    request.on("end", () => {
      alerts.push(JSON.parse(body) as { text: string });
      response.end("ok");
    });
  });
  await new Promise<void>((done) => hook.listen(0, "127.0.0.1", done));
  const ALERT_WEBHOOK = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const watch = (more: Record<string, string> = {}): Promise<Ended> =>
    bash({ folder: project.path, env: environmentOf(project) }, "./watch.sh test", { ALERT_WEBHOOK, ...more }).then(
      ({ code, out, err }) => ({ code, text: out + err }),
    );
  try {
    expect(await watch()).toEqual({ code: 0, text: "nothing changed\n" });
    expect((await watch({ ORANGE_CMDB_CLIENT_SECRET: "wrong", ORANGE_CMDB_CACHE_DIR: ":memory:" })).code).toBe(1);
    const watched = itemsInService(sandbox).find(({ properties }) => properties?.hardware?.model === "SRX345");
    const id = String(watched?.id);
    sandbox.update("configurationItem", id, { state: ["TERMINATED"] });
    const { code, text } = await watch();
    expect([code, text]).toEqual([2, expect.stringContaining(id)]);
    expect(alerts).toEqual([{ text: expect.stringContaining('"TERMINATED"') }]);
    // An alert that reaches nobody is no success.
    expect((await watch({ ALERT_WEBHOOK: "http://127.0.0.1:9/" })).code).toBe(1);
  } finally {
    hook.closeAllConnections();
    hook.close();
  }
}, 300_000);

test("existing-organisation: nothing stops at first; then what is new; then everything", async () => {
  addClouds(project, ["aws"]);
  cpSync(example("existing-organisation", "cmdb.rules.yaml"), join(project.path, "cmdb.rules.yaml"));
  const preview = (phase: number, ...more: string[]): Promise<Ended> =>
    project.pulumi(
      "preview",
      "--policy-pack",
      join(root, "policy"),
      "--policy-pack-config",
      example("existing-organisation", `phase-${phase}.json`),
      ...more,
    );
  project.write("index.ts", gateways({ "legacy-par": "CI-GONE", lyon: "CI-RTR-LYS-001" }));
  const [first, second, third] = [await preview(1), await preview(2), await preview(3)];
  for (const { text } of [first, second, third].filter((ended) => ended !== second))
    expect(text).toContain('refers to configurationItem "CI-GONE"');
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(third.code).not.toBe(0);
  // What is new stops in the second phase.
  project.write("index.ts", gateways({ "legacy-par": "CI-GONE", lyon: "CI-RTR-LYS-001", metz: "CI-NEW" }));
  expect((await preview(1)).code).toBe(0);
  const stopped = await preview(2);
  expect([stopped.code === 0, stopped.text]).toEqual([false, expect.stringContaining("CI-NEW")]);
  expect(stopped.text).not.toContain("CI-GONE");
}, 300_000);
