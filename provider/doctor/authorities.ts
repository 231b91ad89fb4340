import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isSpecialFile } from "../files/special-file.js";
import type { Check } from "./report.js";

/** The byte order mark of UTF-8 in Latin-1. OpenSSL ignores it. */
const byteOrderMark = /^\u00ef\u00bb\u00bf/;

/** Checks the additional certificate authorities. Node.js warns once of a file that it cannot use, and continues without it. */
export function authoritiesCheck(path = process.env["NODE_EXTRA_CA_CERTS"]): Check {
  const check = { area: "environment", name: "certificates" } as const;
  if (!path) return { ...check, status: "ok", detail: "the authorities of Node.js" };
  // Reading a pipe would consume the data that Node.js needs.
  if (isSpecialFile(path))
    return { ...check, status: "unknown", detail: `NODE_EXTRA_CA_CERTS: ${path} is not a regular file` };
  const problem = problemOf(path);
  if (problem === undefined) return { ...check, status: "ok", detail: "an additional authority (NODE_EXTRA_CA_CERTS)" };
  const next = "set NODE_EXTRA_CA_CERTS to a file with the authority's certificate (PEM), or unset it";
  return { ...check, status: "failed", detail: `NODE_EXTRA_CA_CERTS: ${path} ${problem}`, next };
}

function problemOf(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "latin1").replace(byteOrderMark, "");
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
  }
  const certificates = text.match(/^-----BEGIN (X509 )?CERTIFICATE-----[^]*?^-----END \1CERTIFICATE-----/gm) ?? [];
  if (certificates.length === 0) return "has no certificate (-----BEGIN CERTIFICATE-----)";
  const damaged = certificates.findIndex((each) => !isCertificate(each));
  return damaged === -1 ? undefined : `is corrupt: its certificate no. ${damaged + 1} is invalid`;
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}
