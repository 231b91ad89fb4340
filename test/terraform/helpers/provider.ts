import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeOnce } from "../../helpers/shared-folder";

/** The checkout. */
export const root = resolve(__dirname, "../../..");

/** The source address that the tests' configurations require. */
export const address = "orange-cmdb.internal/orange/orangecmdb";

/** A built provider. */
export interface BuiltProvider {
  /** The folder for a development override. */
  readonly bin: string;
  /** The folder of a filesystem mirror. */
  readonly mirror: string;
  /** What is started. */
  readonly program: string;
  remove(): void;
}

/** Builds the provider as `npm run build:terraform` does, into a folder of its own. */
export function buildProvider(): BuiltProvider {
  const out = mkdtempSync(join(tmpdir(), "orange-cmdb-terraform-"));
  build(out);
  return { ...builtIn(out), remove: () => rmSync(out, { recursive: true, force: true }) };
}

/**
 * Returns the provider as `buildProvider` builds it. It is kept in `.cache` until a source of it or a package changes, where the next
 * run also finds the code compiled.
 */
export function builtProvider(): BuiltProvider {
  const folder = makeOnce(join(root, ".cache", "terraform", sourcesKey()), build);
  return { ...builtIn(folder), remove: () => undefined };
}

/** Returns a hash of all that a build of the provider reads. */
function sourcesKey(): string {
  const globs = ["provider/**/*.*", "tools/*.mjs", "tools/{release,terraform}/*.*", "package*.json", "LICENSE"];
  const key = createHash("sha256").update(process.version);
  for (const name of globSync(globs, { cwd: root }).sort())
    key.update(`${name}\0`).update(readFileSync(join(root, name)));
  return key.digest("hex").slice(0, 16);
}

function build(out: string): void {
  const script = join(root, "tools/terraform/build.mjs");
  execFileSync(process.execPath, [script, "--out", out], {
    stdio: ["ignore", "ignore", "pipe"],
    env: plainEnvironment(),
  });
}

function builtIn(out: string): Omit<BuiltProvider, "remove"> {
  const bin = join(out, "bin");
  return { bin, mirror: join(out, "mirror"), program: join(bin, "terraform-provider-orangecmdb") };
}

/** The environment without what a test runner puts into it for itself. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: "" };
}
