import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram, type CommandResult } from "../../helpers/run-program";
import { unpack } from "./release";

/** The command that changes the root: of the superuser, or in a namespace of its own. */
const changeRoot = process.getuid?.() === 0 ? ["chroot"] : ["unshare", "--user", "--map-root-user", "chroot"];

/** Whether this machine lets the tests change the root. */
export function canChangeRoot(): boolean {
  const [program = "", ...args] = changeRoot;
  return process.platform === "linux" && spawnSync(program, [...args, "/", "/bin/true"]).status === 0;
}

/** A test that changes the root. */
export const rootTest = canChangeRoot() ? test : test.skip;

/** A root with an archive's files, and nothing else but the libraries that the program is linked with. */
export interface EmptyRoot {
  readonly folder: string;
  /** The command line that starts the program, without arguments. */
  readonly command: readonly string[];
  /** Runs the program with these variables and no others. */
  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult>;
  remove(): void;
}

/** Makes the root from an archive. */
export function makeEmptyRoot(archive: string, program: string): EmptyRoot {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-root-"));
  unpack(archive, folder);
  chmodSync(join(folder, program), 0o755);
  const libraries = execFileSync("ldd", [join(folder, program)], { encoding: "utf8" }).match(/\/\S+/g) ?? [];
  for (const library of libraries) {
    mkdirSync(join(folder, dirname(library)), { recursive: true });
    copyFileSync(library, join(folder, library));
  }
  for (const name of ["tmp", "dev", "work"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "dev/null"), "");
  const command = [...changeRoot, folder, `/${program}`];
  return {
    folder,
    command,
    run: (args, env) => runProgram([...command, ...args], { env: { PATH: process.env["PATH"], ...env } }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
