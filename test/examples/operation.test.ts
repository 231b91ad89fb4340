import { cpSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { bash } from "../drift/helpers/ci";
import { makeProject, root, type CommandResult, type Project } from "../engine/helpers/project";
import { itemsInService } from "./helpers/items";
import { environmentOf } from "./helpers/project";

let sandbox: Sandbox;
let project: Project;

beforeEach(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment, { ORANGE_CMDB_MAX_AGE: "0" });
});
afterEach(async () => {
  await sandbox.close();
  project.remove();
});

const example = (name: string, file: string): string => join(root, "examples", name, file);

test("the drift example of core routers reports CMDB changes, and has their exit code", async () => {
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
  const watch = (more: Record<string, string> = {}): Promise<CommandResult> =>
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
    // An alert without a recipient is not a success.
    expect((await watch({ ALERT_WEBHOOK: "http://127.0.0.1:9/" })).code).toBe(1);
  } finally {
    hook.closeAllConnections();
    hook.close();
  }
}, 300_000);
