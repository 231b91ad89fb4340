// npm run build:terraform: the provider for a development override, and the archives for a filesystem mirror or a registry.
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../paths.mjs";
import { archive } from "./archive.mjs";
import { bundle, defaultHost, source } from "./bundle.mjs";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "build", "terraform") },
    host: { type: "string", default: defaultHost },
  },
});
const { out, host } = values;
const program = join(out, "bin");
await bundle(program, host);
const folder = await archive(program, join(out, "mirror"), host);
console.log(`provider ${host}/${source}`);
console.log(`  for dev_overrides:      ${relative(process.cwd(), program) || "."}`);
console.log(`  for filesystem_mirror:  ${relative(process.cwd(), join(out, "mirror"))}`);
console.log(`  archives, SHA256SUMS:   ${relative(process.cwd(), folder)}`);
