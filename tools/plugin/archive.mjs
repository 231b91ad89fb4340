// npm run build:plugin: the archive that `pulumi plugin install resource orange-cmdb VERSION --file ARCHIVE` takes. It brings
// its own Node.js, so that programs in other languages need none: hence one archive for each system.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../paths.mjs";
import { executable, folder } from "./bundle.mjs";

/** The names of systems and processors in Go, which Pulumi uses. */
const systems = { linux: "linux", darwin: "darwin" };
const processors = { x64: "amd64", arm64: "arm64" };

/** Found beside Node.js, or in the npm package that it came in. */
function nodeLicence() {
  const parts = [process.platform, process.arch].join("-");
  const places = [
    join(dirname(process.execPath), ".."),
    join(root, "node_modules", "node", "node_modules", `node-${parts}`),
    join(root, "node_modules", `node-${parts}`),
  ];
  const file = places.map((place) => join(place, "LICENSE")).find((path) => existsSync(path));
  if (!file) throw new Error(`the licence of ${process.execPath} was found nowhere, and the archive must hold it`);
  return readFileSync(file, "utf8");
}

const launcher = `#!/bin/sh
here=\${0%/*}
exec "$here/node" "$here/start.js" "$@"
`;

/** Packs the bundled plugin into a folder. Returns the archive's path. */
export function packPlugin(target = join(root, "dist")) {
  const [system, processor] = [systems[process.platform], processors[process.arch]];
  if (!system || !processor) throw new Error(`no archive is made for ${process.platform} ${process.arch}`);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const archive = join(target, `${executable}-v${version}-${system}-${processor}.tar.gz`);
  const work = mkdtempSync(join(tmpdir(), "orange-cmdb-plugin-"));
  try {
    for (const name of readdirSync(folder))
      copyFileSync(join(folder, name), join(work, name === executable ? "start.js" : name));
    copyFileSync(process.execPath, join(work, "node"));
    copyFileSync(join(root, "LICENSE"), join(work, "LICENSE"));
    writeFileSync(join(work, "LICENSE-node"), nodeLicence());
    writeFileSync(join(work, executable), launcher, { mode: 0o755 });
    const { status } = spawnSync("tar", ["-czf", archive, "-C", work, ...readdirSync(work)], {
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0) throw new Error(`tar did not write ${archive}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return archive;
}
