import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";
import { goBuildOnce, hasGo } from "./go-build.mjs";
import { version } from "./version.mjs";

/** The programs beside the CLI: what starts a Node.js program, and what starts a dynamic provider. */
const launchers = {
  "pulumi-language-nodejs": join(root, "tools", "engine", "host", "main.mjs"),
  "pulumi-resource-pulumi-nodejs": join(root, "tools", "engine", "dynamic-provider.mjs"),
};

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Writes the launchers, which name the Node.js and the checkout of now. */
export function writeLaunchers(bin) {
  for (const [name, script] of Object.entries(launchers)) {
    const file = join(bin, name);
    const text = `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(script)} "$@"\n`;
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, text, { mode: 0o755 });
    renameSync(partial, file);
  }
}

/** Builds the CLI from its pinned Go modules; answers its path. */
export async function buildEngine(folder) {
  if (!hasGo()) {
    throw new Error(
      "no Pulumi CLI was found, none could be downloaded, and there is no Go to build one: install pulumi, or Go 1.26",
    );
  }
  return goBuildOnce({
    message: `Building the Pulumi CLI ${version} from its Go modules; the first time takes some minutes …`,
    modules: "go",
    program: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    target: "pulumi",
    folder,
    flags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
    finish: writeLaunchers,
  });
}
