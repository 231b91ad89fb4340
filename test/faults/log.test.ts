import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { checkMirror } from "../../provider/inventory/mirror-seal";
import { temporaryFolder, writeLocations } from "../inventory/helpers/files";

const at = temporaryFolder();
const seals = resolve(__dirname, "../../dist/provider/inventory/mirror-seal.js");

test("a log that is begun anew again and again while it is read: never taken for damage", async () => {
  const path = at("mirror.db");
  writeLocations(
    path,
    Array.from({ length: 2_000 }, (_, index) => ({ id: `LOC-${index}`, name: "-".repeat(200) })),
  );
  const again = `
    const { sealMirror, unsealMirror } = require(process.argv[1]);
    const db = new (require("node:sqlite").DatabaseSync)(process.argv[2]);
    db.exec("PRAGMA cache_size = 2");
    (async () => {
      for (let round = 0; ; round += 1) {
        unsealMirror(process.argv[2]);
        db.exec("UPDATE record SET name = 'a' || name; PRAGMA wal_checkpoint(PASSIVE)");
        await sealMirror(process.argv[2]);
        if (round === 0) console.log("begun");
        // A sync that fails: the log is begun anew, since all of it is in the file, and what it held is undone.
        for (let undone = 0; undone < 3; undone += 1)
          db.exec("BEGIN; UPDATE record SET status = hex(randomblob(2000)); ROLLBACK");
      }
    })();`;
  const writer = spawn(process.execPath, ["--no-warnings", "-e", again, seals, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(writer, "exit");
  try {
    await once(writer.stdout, "data");
    const begun = new Set<string>();
    while (begun.size < 20) {
      // It throws where it takes what it reads for damage.
      await checkMirror(path, { always: true });
      begun.add(readFileSync(`${path}-wal`).toString("hex", 0, 32));
    }
  } finally {
    writer.kill("SIGKILL");
    await ended;
  }
  await checkMirror(path, { always: true });
}, 180_000);
