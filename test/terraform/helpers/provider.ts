import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

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
  const script = join(root, "tools/terraform/build.mjs");
  execFileSync(process.execPath, [script, "--out", out], {
    stdio: ["ignore", "ignore", "pipe"],
    env: plainEnvironment(),
  });
  const bin = join(out, "bin");
  return {
    bin,
    mirror: join(out, "mirror"),
    program: join(bin, "terraform-provider-orangecmdb"),
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}

/** The environment without what a test runner puts into it for itself. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: "" };
}
