import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../engine/helpers/project";
import { pluginFolder } from "./environment";

/** The pages of languages. */
export const pages = join(root, "docs/guides/languages");

/** The examples of a page in a language. */
export function examples(page: string, language: string): string[] {
  const text = readFileSync(join(pages, page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(([, code = ""]) => code);
}

/** The only one. */
export function example(page: string, language: string): string {
  const [first = "", ...more] = examples(page, language);
  expect([page, first.length > 100, more.length]).toEqual([page, true, 0]);
  return first;
}

/** Makes the SDKs of the plugin's schema, each in a folder of its language. */
export function makeSdks(folder: string): void {
  const tool = join(root, "tools/engine/sdk.mjs");
  const program = execFileSync(process.execPath, [tool], { encoding: "utf8", stdio: ["ignore", "pipe", 2] }).trim();
  execFileSync(program, [join(pluginFolder, "schema.json"), folder]);
}

/** Runs a tool; answers what it says, which is nothing where all is well. */
export function said(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  return status === 0 ? "" : `${command} ended with ${status}: ${stdout}${stderr}`;
}

/** Does a command end well? */
export function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}
