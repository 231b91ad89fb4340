import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "@pulumi/pulumi/version";
import { root } from "../engine/helpers/project";
import { createPluginEnvironment, pluginFolder, type PluginEnvironment } from "./environment";
import { example, makeSdks, said, works } from "./sdks";

// The examples of other languages, as programs on the real engine.
let folder: string;
let scene: PluginEnvironment;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-programs-"));
  makeSdks(join(folder, "sdks"));
  scene = await createPluginEnvironment();
  const { environment } = scene.project;
  const bin = join(folder, "bin");
  mkdirSync(bin);
  environment["PATH"] = [bin, environment["PATH"]].join(delimiter);
}, 900_000);
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Deploys what a command runs, as a project of a language; answers the outputs of the stack. */
async function deployed(language: string, command: readonly string[]): Promise<Record<string, unknown>> {
  const host = join(folder, "bin", `pulumi-language-${language}`);
  writeFileSync(host, `#!/bin/sh\nexec '${process.execPath}' '${join(__dirname, "host/main.mjs")}' "$@"\n`);
  chmodSync(host, 0o755);
  const { project } = scene;
  project.environment["TEST_PROGRAM"] = JSON.stringify(command);
  const plugins = { providers: [{ name: "orange-cmdb", path: pluginFolder }] };
  project.write("Pulumi.yaml", JSON.stringify({ name: language, runtime: language, plugins }));
  for (const args of [
    ["stack", "init", "test"],
    ["preview"],
    ["up", "--yes", "--skip-preview"],
    ["preview", "--expect-no-changes"],
    // Refreshes, too: what is tracked is read.
    ["up", "--yes", "--refresh", "--skip-preview"],
  ]) {
    const { code, text } = await project.pulumi(...args);
    if (code !== 0) throw new Error(text);
  }
  const { text } = await project.pulumi("stack", "output", "--json", "--stack", "test");
  return JSON.parse(text.slice(text.indexOf("{"))) as Record<string, unknown>;
}

const routers = ["CI-RTR-PAR-001", "CI-RTR-PAR-001-3", "CI-RTR-PAR-001-4"];
const address = expect.stringContaining("Paris, France") as string;

(works("go", "version") ? test : test.skip)(
  "Go: the example compiles, and does what it says (needs Go)",
  async () => {
    const work = join(folder, "go");
    cpSync(join(folder, "sdks/go"), join(work, "sdk"), { recursive: true });
    for (const name of ["go.mod", "go.sum"]) cpSync(join(root, "tools/engine/sdk", name), join(work, name));
    writeFileSync(join(work, "main.go"), example("go.md", "go"));
    const sdk = "pulumi-orange-cmdb/sdk/go";
    const edit = ["mod", "edit", "-module=example", `-require=${sdk}@v0.0.0`, `-replace=${sdk}=./sdk`];
    expect(said("go", edit, work)).toBe("");
    const program = join(work, "example");
    expect(said("go", ["build", "-trimpath", "-o", program, "."], work, { GOFLAGS: "-mod=mod" })).toBe("");
    expect(said("gofmt", ["-l", "main.go"], work)).toBe("");
    expect(await deployed("go", [program])).toEqual({
      siteAddress: address,
      routerIds: routers,
      routerStatus: "OPERATIONAL",
      routerAddress: "10.0.0.1",
      routerSerialNumber: "SN00000001",
    });
  },
  600_000,
);

(works("python3", "-c", "import venv, ensurepip") ? test : test.skip)(
  "Python: the example does what it says (needs python3 with venv)",
  async () => {
    const home = join(folder, "python");
    expect(said("python3", ["-m", "venv", home], folder)).toBe("");
    const python = join(home, "bin/python");
    const install = ["-m", "pip", "install", "--quiet", `pulumi==${version}`, join(folder, "sdks/python")];
    expect(said(python, install, folder)).toBe("");
    const program = join(folder, "__main__.py");
    writeFileSync(program, example("python.md", "python"));
    expect(await deployed("python", [python, join(__dirname, "host/run.py"), program])).toEqual({
      site_address: address,
      router_ids: routers,
      router_status: "OPERATIONAL",
      router_address: "10.0.0.1",
      router_serial_number: "SN00000001",
    });
  },
  600_000,
);
