import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { moveFile } from "../../files/move-file.js";
import { partialOf, removeStalePartials } from "../../files/partial-file.js";
import { checkPrivateFile } from "../../files/permissions.js";
import { replaceFile } from "../../files/write-output.js";
import type { InventoryUrl } from "../../settings/inventory-url.js";
import { SCHEMA_VERSION } from "../store/database.js";
import { digest } from "../mirror/identity.js";
import type { Download } from "./download.js";

const manifestSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
});

/** A copy in the cache folder. */
export interface CachedFile extends Download {
  readonly path: string;
  /** When the server last confirmed it (milliseconds since the epoch). */
  readonly checkedAt: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The copy of one URL: `url-KEY.json` has its validators, `url-KEY.DIGEST.db` the content, which never changes. The modification
 * time of the first is the last check. Change it under the lock `url-KEY.lock` only.
 */
export class CachedCopy {
  readonly lock: string;
  /** The path of a download. A signal removes the file. */
  readonly partial: string;
  readonly #folder: string;
  readonly #stem: string;
  readonly #manifest: string;

  constructor(folder: string, url: InventoryUrl) {
    this.#folder = folder;
    this.#stem = `url-${cacheKey(url.address)}`;
    this.#manifest = join(folder, `${this.#stem}.json`);
    this.lock = join(folder, `${this.#stem}.lock`);
    this.partial = partialOf(join(folder, this.#stem));
  }

  /** Returns the copy; undefined if it is missing, or its files are not consistent. */
  async read(): Promise<CachedFile | undefined> {
    if (!existsSync(this.#manifest) || !checkPrivateFile(this.#manifest)) return undefined;
    const manifest = parseManifest(await readFile(this.#manifest, "utf8"));
    if (!manifest) return undefined;
    const { sha256, size, ...validators } = manifest;
    const path = this.path({ sha256 });
    if (!existsSync(path) || !checkPrivateFile(path) || statSync(path).size !== size) return undefined;
    return { path, sha256, size, validators, checkedAt: statSync(this.#manifest).mtimeMs };
  }

  /** Moves a download to its place. It becomes the copy with {@link publish}. */
  place({ sha256 }: Download): string {
    const path = this.path({ sha256 });
    moveFile(this.partial, path);
    return path;
  }

  /** Makes a placed download the copy, and removes the previous one. */
  publish({ sha256, size, validators }: Download): void {
    replaceFile(this.#manifest, JSON.stringify({ sha256, size, ...validators }));
    const current = basename(this.path({ sha256 }));
    for (const name of readdirSync(this.#folder))
      if (name.startsWith(`${this.#stem}.`) && name.endsWith(".db") && name !== current) this.#remove(name);
  }

  /** Notes that the server has confirmed the copy now. */
  confirm(): void {
    const now = new Date();
    utimesSync(this.#manifest, now, now);
  }

  /** Notes that the copy is in use; call it under the lock. */
  noteUse(): void {
    const now = new Date();
    utimesSync(this.lock, now, now);
  }

  /** Removes partial files of ended processes. */
  removePartials(): void {
    removeStalePartials(join(this.#folder, this.#stem));
  }

  /** Removes the copies of other URLs that no process has used for long. */
  removeUnused(days: number): void {
    for (const name of readdirSync(this.#folder)) {
      const [, stem] = /^(url-[0-9a-f]{32})\.json$/.exec(name) ?? [];
      if (stem === undefined || stem === this.#stem || !this.#isUnused(stem, days)) continue;
      for (const file of readdirSync(this.#folder)) if (file.startsWith(`${stem}.`)) this.#remove(file);
    }
  }

  /** The modification time of the lock is the last use. */
  #isUnused(stem: string, days: number): boolean {
    const used = statSync(join(this.#folder, `${stem}.lock`), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - used > days * DAY_MS;
  }

  /** Returns the path of a content. */
  path({ sha256 }: Pick<Download, "sha256">): string {
    return join(this.#folder, `${this.#stem}.${sha256.slice(0, 16)}.db`);
  }

  #remove(name: string): void {
    try {
      rmSync(join(this.#folder, name), { force: true });
    } catch {
      // Windows keeps an open file. The next download removes it.
    }
  }
}

/** Returns undefined for a damaged manifest. */
function parseManifest(text: string): z.output<typeof manifestSchema> | undefined {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Query parameters of presigned URLs of AWS, Google Cloud, Azure and CloudFront, which differ each time for the same object. */
const SIGNATURE =
  /^(x-(amz|goog)-(?!version).*|awsaccesskeyid|googleaccessid|signature|expires|key-pair-id|policy|s[eiprtv]|spr|sig|skoid|sktid|skt|ske|sks|skv|sip)$/i;

/** Returns a digest of the URL without its signature, so that file names reveal nothing, and a renewed URL finds its copy. */
function cacheKey(address: string): string {
  const [place = "", query = ""] = address.split(/\?(.*)/s);
  const parameters = [...new URLSearchParams(query)];
  const isSigned = parameters.some(([name]) => /^(sig|signature|x-(amz|goog)-signature)$/i.test(name));
  const kept = parameters.filter(([name]) => !isSigned || !SIGNATURE.test(name));
  return digest([SCHEMA_VERSION, place, kept]).slice(0, 32);
}
