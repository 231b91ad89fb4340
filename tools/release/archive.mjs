import { chmodSync, closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32, deflateRaw } from "node:zlib";
import { Zip } from "fflate";
import { create } from "tar";

const compress = promisify(deflateRaw);

/** Returns the local time that has the same digits as the time in UTC: the time in a zip has no zone. */
function zipTime(seconds) {
  const [year, month, day, hour, minute, second] = new Date(seconds * 1000).toISOString().match(/\d+/g).map(Number);
  return new Date(year, month - 1, day, hour, minute, second);
}

/** @param files `{ name, path, isProgram }` */
async function writeZip(files, file, time, level) {
  const out = openSync(file, "w");
  const zip = new Zip((error, data) => {
    if (error) throw error;
    writeSync(out, data);
  });
  for (const { name, path, isProgram } of files) {
    const data = readFileSync(path);
    const attrs = ((isProgram ? 0o100755 : 0o100644) << 16) >>> 0;
    // fflate writes the format, and zlib compresses: it takes a third of the time.
    const entry = {
      filename: name,
      size: data.length,
      crc: crc32(data),
      compression: 8,
      os: 3,
      attrs,
      mtime: zipTime(time),
    };
    zip.add(entry);
    entry.ondata(null, await compress(data, { level }), true);
  }
  zip.end();
  closeSync(out);
}

async function writeTar(files, file, time, level) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-release-"));
  try {
    for (const { name, path, isProgram } of files) {
      cpSync(path, join(folder, name));
      chmodSync(join(folder, name), isProgram ? 0o755 : 0o644);
    }
    const options = { cwd: folder, portable: true, mtime: new Date(time * 1000), gzip: { level, portable: true } };
    await create(
      { ...options, file },
      files.map(({ name }) => name),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes an archive. Equal files and an equal time give equal bytes: owners and other times are left out.
 * @param files `{ name, path, isProgram }`, in the order of the archive
 * @param time seconds since 1970
 */
export function writeArchive(files, file, time, level) {
  return file.endsWith(".zip") ? writeZip(files, file, time, level) : writeTar(files, file, time, level);
}
