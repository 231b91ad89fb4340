import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** The checkout. */
export const root = resolve(__dirname, "../../..");

/** A process of a program for Windows. Its output goes to files, because Node.js cannot write to pipes under Wine. */
export interface WindowsProcess {
  readonly child: ChildProcess;
  /** Returns what the process has written. */
  output(): { readonly out: string; readonly err: string };
  /** Waits until a line of standard output matches, and returns the first group. @throws Error if the process ends before */
  line(pattern: RegExp): Promise<string>;
}

/** Windows, or Wine on Linux. */
export interface Windows {
  /** An empty folder, as this process names it. */
  readonly folder: string;
  /** `%LOCALAPPDATA%` of the programs, as this process names it. It has no caches at the start. */
  readonly localAppData: string;
  /** Node.js for Windows, as this process names it. */
  readonly node: string;
  /** Returns the path of a file as a program on Windows names it. */
  path(path: string): string;
  /** Starts a program with its arguments. */
  start(command: readonly string[], environment?: Readonly<Record<string, string>>): WindowsProcess;
  /** Runs a program until it ends. */
  run(
    command: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  end(): Promise<void>;
}

/** Starts Windows: this system, or Wine with the checkout and the folder for temporary files at their paths on drive Z. */
export async function startWindows(): Promise<Windows> {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-windows-"));
  const system = process.platform === "win32" ? undefined : await startWine();
  const localAppData = system?.localAppData ?? join(folder, "AppData");
  rmSync(join(localAppData, "orange-cmdb"), { recursive: true, force: true });
  let count = 0;
  const start: Windows["start"] = (command, environment = {}) => {
    count += 1;
    const [out, err] = ["out", "err"].map((name) => join(folder, `${count}.${name}`)) as [string, string];
    const files = [out, err].map((path) => openSync(path, "w"));
    const [program, ...args] = [...(system?.enter(environment) ?? []), ...command];
    const child = spawn(program as string, args, {
      cwd: folder,
      env: system ? process.env : { ...process.env, NODE_OPTIONS: "", LOCALAPPDATA: localAppData, ...environment },
      stdio: ["ignore", ...files],
    });
    for (const file of files) closeSync(file);
    // Wine writes a line about the desktop that it does not find.
    const read = (path: string): string => readFileSync(path, "utf8").replace(/^error: XDG_RUNTIME_DIR.*\n/m, "");
    const output = (): { out: string; err: string } => ({ out: read(out), err: read(err) });
    return { child, output, line: (pattern) => lineOf({ child, output }, pattern) };
  };
  return {
    folder,
    localAppData,
    node: system?.node ?? process.execPath,
    path: (path) => (system ? `Z:${path.replaceAll("/", "\\")}` : path),
    start,
    async run(command, environment) {
      const { child, output } = start(command, environment);
      const [code] = (await once(child, "exit")) as [number | null];
      return { code: code ?? -1, ...output() };
    },
    async end() {
      await system?.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function lineOf({ child, output }: Pick<WindowsProcess, "child" | "output">, pattern: RegExp): Promise<string> {
  for (;;) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    const { out, err } = output();
    const [, found] = pattern.exec(out) ?? [];
    if (found !== undefined) return found;
    if (hasEnded) throw new Error(`the process has ended: ${err}`);
    await sleep(100);
  }
}

interface Wine {
  readonly localAppData: string;
  readonly node: string;
  /** Returns the start of a command line, before a program for Windows, with this environment. */
  enter(environment: Readonly<Record<string, string>>): string[];
  end(): Promise<void>;
}

const VARIABLES = { WINEPREFIX: "/wine", WINEDEBUG: "-all", HOME: "/root", PATH: "/usr/bin:/bin", NO_COLOR: "1" };

/** All programs of Wine share one server, and with it one view of the file system. */
async function startWine(): Promise<Wine> {
  const tool = join(root, "tools/windows/wine.mjs");
  const installed = execFileSync(process.execPath, [tool], { encoding: "utf8", stdio: ["ignore", "pipe", 2] });
  const { system, node } = JSON.parse(installed) as { system: string; node: string };
  const mounts = [root, tmpdir(), "/proc", "/dev"].map((path) => {
    const at = `${system}${path}`;
    return `mkdir -p '${at}' && mount --rbind '${path}' '${at}'`;
  });
  const holder = spawn("unshare", ["--mount", "sh", "-ec", `${mounts.join("\n")}\necho ready\nexec sleep infinity`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(holder.stdout);
  await Promise.race([
    once(lines, "line"),
    once(holder, "exit").then(() => Promise.reject(new Error("Wine's file system was not mounted: run this as root"))),
  ]);
  const inside = (program: string, environment: Readonly<Record<string, string>>): string[] => {
    const variables = Object.entries({ ...VARIABLES, ...environment }).map(([name, value]) => `${name}=${value}`);
    const enter = ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, "chroot", system, "env", "-i"];
    return [...enter, ...variables, program];
  };
  return {
    localAppData: join(system, "wine/drive_c/users/root/AppData/Local"),
    node,
    enter: (environment) => inside("/usr/lib/wine/wine64", environment),
    async end() {
      const [program, ...args] = inside("/usr/lib/wine/wineserver64", {});
      spawnSync(program as string, [...args, "--kill"], { stdio: "ignore" });
      holder.kill();
      await once(holder, "exit");
    },
  };
}
