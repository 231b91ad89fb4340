import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isSpecialFile } from "../special-file.js";
import type { Check } from "./report.js";

/** As Latin-1 has that of UTF-8: OpenSSL passes over it. */
const byteOrderMark = /^\u00ef\u00bb\u00bf/;

/** Who may sign certificates: of a file that it cannot use Node.js says so once, and goes on without. */
export function authoritiesCheck(path = process.env["NODE_EXTRA_CA_CERTS"]): Check {
  const check = { area: "environment", name: "certificates" } as const;
  if (!path) return { ...check, status: "ok", detail: "Node.js's own authorities" };
  // What is read here Node.js would no longer find in a pipe, or has taken from it.
  if (isSpecialFile(path))
    return { ...check, status: "unknown", detail: `NODE_EXTRA_CA_CERTS: ${path} is no regular file` };
  const fault = faultOf(path);
  if (fault === undefined) return { ...check, status: "ok", detail: "an authority of your own (NODE_EXTRA_CA_CERTS)" };
  const next = "set NODE_EXTRA_CA_CERTS to a file with the authority's certificate (PEM), or take it away";
  return { ...check, status: "failed", detail: `NODE_EXTRA_CA_CERTS: ${path} ${fault}`, next };
}

function faultOf(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "latin1").replace(byteOrderMark, "");
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
  }
  const certificates = text.match(/^-----BEGIN (X509 )?CERTIFICATE-----[^]*?^-----END \1CERTIFICATE-----/gm) ?? [];
  if (certificates.length === 0) return "holds no certificate (-----BEGIN CERTIFICATE-----)";
  const damaged = certificates.findIndex((each) => !isCertificate(each));
  return damaged === -1 ? undefined : `is damaged: its certificate no. ${damaged + 1} is none`;
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}
