import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { crc32, deflateRaw } from "node:zlib";
import { Zip } from "fflate";
import { create } from "tar";

const compress = promisify(deflateRaw);

/** The bytes that zlib returns at a time: its own 16 KiB take longer, and the archive is the same. */
const chunkSize = 2 ** 18;

const modeOf = ({ isProgram }) => (isProgram ? 0o755 : 0o644);

/** Returns the local time that has the same digits as the time in UTC: the time in a zip has no zone. */
function zipTime(seconds) {
  const [year, month, day, hour, minute, second] = new Date(seconds * 1000).toISOString().match(/\d+/g).map(Number);
  return new Date(year, month - 1, day, hour, minute, second);
}

/** @param files `{ name, path, isProgram }` */
async function writeZip(files, archive, time, level) {
  const out = openSync(archive, "w");
  const zip = new Zip((error, data) => {
    if (error) throw error;
    writeSync(out, data);
  });
  for (const file of files) {
    const data = readFileSync(file.path);
    const attrs = ((0o100000 | modeOf(file)) << 16) >>> 0;
    // fflate writes the format, and zlib compresses: it takes a third of the time.
    const entry = {
      filename: file.name,
      size: data.length,
      crc: crc32(data),
      compression: 8,
      os: 3,
      attrs,
      mtime: zipTime(time),
    };
    zip.add(entry);
    entry.ondata(null, await compress(data, { level, chunkSize }), true);
  }
  zip.end();
  closeSync(out);
}

function writeTar(files, archive, time, level) {
  const paths = files.map(({ path }) => resolve(path));
  const options = {
    file: archive,
    portable: true,
    mtime: new Date(time * 1000),
    gzip: { level, chunkSize, portable: true },
    preservePaths: true,
    onWriteEntry(entry) {
      const file = files[paths.indexOf(resolve(entry.absolute))];
      entry.path = file.name;
      entry.stat.mode = modeOf(file);
    },
  };
  return create(options, paths);
}

/**
 * Writes an archive. Equal files and an equal time give equal bytes: owners and other times are left out.
 * @param files `{ name, path, isProgram }`, in the order of the archive
 * @param time seconds since 1970
 */
export function writeArchive(files, file, time, level) {
  return file.endsWith(".zip") ? writeZip(files, file, time, level) : writeTar(files, file, time, level);
}
