// The signature of an executable for macOS. Macs with an Apple processor start no program without one, and accept one that names no signer.
// The format: https://github.com/apple-oss-distributions/xnu/blob/main/osfmk/kern/cs_blobs.h
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const PAGE = 4096;
const HEADER_BYTES = 32;
const SEGMENT = 0x19;
const CODE_SIGNATURE = 0x1d;
const SUPER_BLOB_BYTES = 20;
const CODE_DIRECTORY_BYTES = 88;

const roundUp = (value, unit) => Math.ceil(value / unit) * unit;

/** Returns the load commands: their types and offsets, and the names of segments. */
export function loadCommands(data) {
  if (data.readUInt32LE(0) !== 0xfeedfacf) throw new Error("this is not an executable for macOS of 64 bits");
  const commands = [];
  let at = HEADER_BYTES;
  for (let left = data.readUInt32LE(16); left > 0; left -= 1) {
    const type = data.readUInt32LE(at);
    const name = type === SEGMENT ? data.toString("latin1", at + 8, at + 24).replaceAll("\0", "") : undefined;
    commands.push({ type, at, name });
    at += data.readUInt32LE(at + 4);
  }
  return { commands, end: at };
}

/** Returns the hashes of the code by pages. */
const pageHashes = (code) =>
  Array.from({ length: Math.ceil(code.length / PAGE) }, (_, page) =>
    createHash("sha256")
      .update(code.subarray(page * PAGE, (page + 1) * PAGE))
      .digest(),
  );

/** Returns the signature of code. All numbers in it are big-endian. */
function signatureOf(code, identifier, text) {
  const name = Buffer.from(`${identifier}\0`);
  const hashes = CODE_DIRECTORY_BYTES + name.length;
  const directory = Buffer.alloc(CODE_DIRECTORY_BYTES);
  const slots = Math.ceil(code.length / PAGE);
  const adHoc = 0x2;
  const words = [0xfade0c02, hashes + slots * 32, 0x20400, adHoc, hashes, CODE_DIRECTORY_BYTES, 0, slots, code.length];
  words.forEach((word, index) => directory.writeUInt32BE(word, index * 4));
  // Size and type of the hashes (SHA-256), no platform, and the size of a page as a power of two.
  directory.set([32, 2, 0, Math.log2(PAGE)], 36);
  directory.writeBigUInt64BE(text.offset, 64);
  directory.writeBigUInt64BE(text.size, 72);
  const mainBinary = 1n;
  directory.writeBigUInt64BE(mainBinary, 80);
  const content = Buffer.concat([directory, name, ...pageHashes(code)]);
  const blob = Buffer.alloc(SUPER_BLOB_BYTES);
  [0xfade0cc0, SUPER_BLOB_BYTES + content.length, 1, 0, SUPER_BLOB_BYTES].forEach((word, index) =>
    blob.writeUInt32BE(word, index * 4),
  );
  return Buffer.concat([blob, content]);
}

/** Signs an unsigned executable ad hoc: with its checksums, and no certificate. @throws Error if it is signed, or has no room */
export function signAdHoc(file, identifier) {
  const unsigned = readFileSync(file);
  const { commands, end } = loadCommands(unsigned);
  if (commands.some(({ type }) => type === CODE_SIGNATURE)) throw new Error(`${file} is signed`);
  if (unsigned.subarray(end, end + 16).some((byte) => byte !== 0))
    throw new Error(`${file} has no room for a signature`);
  const start = roundUp(unsigned.length, 16);
  const size = SUPER_BLOB_BYTES + CODE_DIRECTORY_BYTES + identifier.length + 1 + Math.ceil(start / PAGE) * 32;
  const length = roundUp(size, 16);
  const signed = Buffer.alloc(start + length);
  unsigned.copy(signed);
  const code = signed.subarray(0, start);
  code.writeUInt32LE(commands.length + 1, 16);
  code.writeUInt32LE(code.readUInt32LE(20) + 16, 20);
  [CODE_SIGNATURE, 16, start, length].forEach((word, index) => code.writeUInt32LE(word, end + index * 4));
  const at = (name) => commands.find((command) => command.name === name).at;
  // The last segment holds the signature.
  const linkedit = at("__LINKEDIT");
  const bytes = BigInt(start + length) - code.readBigUInt64LE(linkedit + 40);
  code.writeBigUInt64LE(bytes, linkedit + 48);
  code.writeBigUInt64LE(BigInt(roundUp(Number(bytes), 0x4000)), linkedit + 32);
  const text = { offset: code.readBigUInt64LE(at("__TEXT") + 40), size: code.readBigUInt64LE(at("__TEXT") + 48) };
  signatureOf(code, identifier, text).copy(signed, start);
  writeFileSync(file, signed);
}
