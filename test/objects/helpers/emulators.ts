import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The checkout. */
export const root = resolve(__dirname, "../../..");

/** The servers that `tools/emulators` installs. */
export type EmulatorName = "versitygw" | "fake-gcs-server" | "azurite" | "moto";

/** What the installation of an emulator needs, for the titles of skipped tests. */
export const needs: Readonly<Record<EmulatorName, string>> = {
  versitygw: "needs Go",
  "fake-gcs-server": "needs Go",
  azurite: "needs the npm registry",
  moto: "needs python3 with venv",
};

/** A running emulator on loopback, with a folder of its own. */
export interface Emulator {
  /** Such as `http://127.0.0.1:1234`. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  close(): Promise<void>;
}

/** Keys that versitygw accepts. It rejects all other ones. */
export const s3Keys = { accessKeyId: "AKIAEXAMPLEEXAMPLE00", secretAccessKey: "planted+s3/secret-0123456789" };

/** The well-known account of Azurite. */
export const azuriteAccount = {
  name: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

const programs = new Map<EmulatorName, string | undefined>();

/** Returns the path of an emulator's program, which is installed if necessary. Undefined if it cannot be installed here. */
export function emulatorProgram(name: EmulatorName): string | undefined {
  if (!programs.has(name)) {
    const script = join(root, "tools", "emulators", "install.mjs");
    const { status, stdout } = spawnSync(process.execPath, [script, name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    programs.set(name, status === 0 ? stdout.trim() : undefined);
  }
  return programs.get(name);
}

/** Returns `describe`, or `describe.skip` with the reason in the title if one of the emulators is missing. */
export function describeWith(names: readonly EmulatorName[], title: string, tests: () => void): void {
  const missing = names.filter((name) => emulatorProgram(name) === undefined);
  if (missing.length === 0) describe(title, tests);
  else describe.skip(`${title} (${missing.map((name) => `${name} ${needs[name]}`).join(", ")})`, tests);
}

/** Starts an emulator on a free port, and waits until it accepts requests. */
export async function startEmulator(name: EmulatorName): Promise<Emulator> {
  const program = emulatorProgram(name);
  if (program === undefined) throw new Error(`${name} ${needs[name]}`);
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-objects-"));
  const port = await freePort();
  const [command, args] = commandOf(name, program, port, folder);
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    ROOT_ACCESS_KEY: s3Keys.accessKeyId,
    ROOT_SECRET_KEY: s3Keys.secretAccessKey,
  };
  const child = spawn(command, args, { env, stdio: "ignore", cwd: folder });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null || attempt > 300)
      throw new Error(`${name} did not start (exit code ${child.exitCode})`);
    try {
      await fetch(url);
      break;
    } catch {
      await sleep(100);
    }
  }
  return {
    url,
    port,
    folder,
    async close() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function commandOf(name: EmulatorName, program: string, port: number, folder: string): [string, string[]] {
  switch (name) {
    case "versitygw":
      return [program, ["--port", `127.0.0.1:${port}`, "--quiet", "posix", folder]];
    case "fake-gcs-server":
      return [
        program,
        [
          "-scheme",
          "http",
          "-host",
          "127.0.0.1",
          "-port",
          String(port),
          "-public-host",
          `127.0.0.1:${port}`,
          // The time that an upload takes in memory grows with the number of objects.
          "-backend",
          "filesystem",
          "-filesystem-root",
          folder,
          "-log-level",
          "error",
        ],
      ];
    case "azurite":
      return [
        process.execPath,
        [
          ...[program, "--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", folder],
          ...["--silent", "--skipApiVersionCheck", "--disableTelemetry"],
        ],
      ];
    case "moto":
      return [join(dirname(program), "python"), [program, "-H", "127.0.0.1", "-p", String(port)]];
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
