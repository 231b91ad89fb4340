import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { config, createMessage, decryptKey, readPrivateKey, sign } from "openpgp";

/** Returns the SHA-256 of a file, in hexadecimal. */
export const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Takes the signing key from the environment, so that no program started later gets it. Returns undefined if it is not set. */
export async function takeSigningKey() {
  const { ORANGE_CMDB_SIGNING_KEY: armoredKey, ORANGE_CMDB_SIGNING_PASSPHRASE: passphrase } = process.env;
  delete process.env["ORANGE_CMDB_SIGNING_KEY"];
  delete process.env["ORANGE_CMDB_SIGNING_PASSPHRASE"];
  if (!armoredKey) return undefined;
  const key = await readPrivateKey({ armoredKey });
  return passphrase ? decryptKey({ privateKey: key, passphrase }) : key;
}

/** Returns a detached signature. Equal contents, keys and times give equal bytes. @param time seconds since 1970 */
async function signatureOf(binary, key, time) {
  // A signature must not be older than its key.
  const date = new Date(Math.max(time * 1000, key.getCreationTime().getTime()));
  return sign({
    message: await createMessage({ binary }),
    signingKeys: key,
    detached: true,
    format: "binary",
    date,
    config: { ...config, nonDeterministicSignaturesViaNotation: false },
  });
}

/** Writes the SHA-256 sums of files, and their signature if there is a key. */
export async function writeSums(folder, name, files, key, time) {
  const text = files.map((file) => `${sha256(join(folder, file))}  ${file}\n`).join("");
  writeFileSync(join(folder, name), text);
  if (key) writeFileSync(join(folder, `${name}.sig`), await signatureOf(Buffer.from(text), key, time));
}
