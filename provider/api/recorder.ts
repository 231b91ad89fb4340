import { accessSync, constants, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Headers } from "node-fetch";
import { faultOfPlace } from "../inventory/private-files.js";
import { makeFolder } from "../make-folder.js";
import { disguiseDescription } from "./disguise-description.js";
import { Disguise } from "./disguise.js";
import { parseJson } from "./json.js";
import { PageError } from "./page-error.js";
import { RecordError } from "./record-error.js";
import type { Redactor } from "./redact.js";

/** One call and its answer, without anything that is a customer's or a secret. */
export interface Exchange {
  /** Below the endpoint, with its query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; a text that says what it was where it was none. */
  readonly body: unknown;
}

/** A call, and what was answered. */
export interface Exchanged {
  /** The segments below the endpoint, of which the second is an id. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Headers that tell how the service behaves; all others stay out. */
const kept = [
  "content-type",
  "x-total-count",
  "x-result-count",
  "etag",
  "retry-after",
  "link",
  "content-range",
  "accept-ranges",
  "cache-control",
];

const another = "name an empty or a new folder";

const recorders = new Map<string, Recorder>();

/** One for each folder, whoever records into it, so that the same becomes the same in all its files. @throws RecordError */
export function recorderFor(folder: string): Recorder {
  const path = resolve(folder);
  let found = recorders.get(path);
  if (found === undefined) recorders.set(path, (found = new Recorder(path)));
  return found;
}

/** Has this process recorded anything? */
export function hasRecorded(): boolean {
  return [...recorders.values()].some(({ count }) => count > 0);
}

/** Writes the exchanges of a run into a folder, one file each, in the order they end. */
export class Recorder {
  readonly #folder: string;
  readonly #disguise = new Disguise();
  #count = 0;
  #fault: RecordError | undefined;

  /** @throws RecordError, before anything is asked for */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      makeFolder(folder, 0o700);
      accessSync(folder, constants.W_OK | constants.X_OK);
      // No second run replaces the same by the same, and its answers would be served among those of the first.
      if (readdirSync(folder).length > 0) throw this.#failure(`holds something already; ${another}`);
    } catch (error) {
      throw this.#explain(error, { EEXIST: `is not a folder; ${another}` });
    }
  }

  /** Exchanges so far. */
  get count(): number {
    return this.#count;
  }

  /** Why something could not be kept, for who has passed over it. */
  get fault(): RecordError | undefined {
    return this.#fault;
  }

  /** @param redactor of who called: everything that is written has gone through it @throws RecordError */
  record(exchanged: Exchanged, redactor: Redactor): void {
    const { status, headers } = exchanged;
    const exchange: Exchange = {
      path: this.#path(exchanged, redactor),
      status,
      headers: redactor.json(this.#headers(headers, redactor)) as Exchange["headers"],
      body: redactor.json(this.#body(exchanged)),
    };
    const file = join(this.#folder, `${String(this.#count + 1).padStart(5, "0")}.json`);
    try {
      writeFileSync(file, `${JSON.stringify(exchange, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
      this.#count += 1;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EEXIST";
      // A part of an exchange is none.
      if (!isTaken) rmSync(file, { force: true });
      this.#fault = this.#explain(error, {
        EEXIST: `is written by another run at the same time; ${another}`,
        ENOENT: `was taken away meanwhile; ${another}`,
      });
      throw this.#fault;
    }
  }

  #path({ path: [collection = "", ...ids], query }: Exchanged, redactor: Redactor): string {
    const segments = [collection, ...ids.map((id) => this.#disguise.text(id))];
    const shown = segments.map((segment) => encodeURIComponent(redactor.redact(segment))).join("/");
    const search = this.#search(Object.entries(query), redactor);
    return `/${shown}${search && `?${search}`}`;
  }

  /** Where a page begins and how long it is stays. */
  #search(query: Iterable<readonly [string, string]>, redactor: Redactor): string {
    const shown = [...query].map(([name, value]): [string, string] => {
      const known = /^\d{1,9}$/.test(value) ? value : this.#disguise.text(value);
      return [redactor.redact(name), redactor.redact(known)];
    });
    return new URLSearchParams(shown).toString();
  }

  #headers(headers: Headers, redactor: Redactor): Record<string, string> {
    return Object.fromEntries(
      kept.flatMap((name) => {
        const value = headers.get(name);
        if (value === null) return [];
        if (name === "etag") return [[name, `"${this.#disguise.text(value)}"`]];
        return [[name, name === "link" ? this.#link(value, redactor) : value]];
      }),
    );
  }

  /** Only what the other page is to this one, and the query of its address: they say how pages follow each other. */
  #link(value: string, redactor: Redactor): string {
    const links = value.matchAll(/<([^>]*)>([^<]*)/g);
    return [...links]
      .map(([, address = "", more = ""]) => {
        const [, query = ""] = address.split("?");
        const [rel = ""] = /;\s*rel="?[\w -]+"?/.exec(more) ?? [];
        return `<?${this.#search(new URLSearchParams(query), redactor)}>${rel}`;
      })
      .join(", ");
  }

  #body({ path, status, body }: Exchanged): unknown {
    if (body.byteLength === 0) return "";
    let value: unknown;
    try {
      value = parseJson(body);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      const what = error.fault === "json" ? "not JSON" : "nested too deeply";
      return `(${what}: ${body.byteLength} bytes)`;
    }
    const isDescription = path.length === 1 && path[0] === "doc" && status < 300;
    return isDescription ? disguiseDescription(value, this.#disguise) : this.#disguise.value(value);
  }

  #failure(why: string, cause?: unknown): RecordError {
    return new RecordError(`the folder ${this.#folder} of --record ${why}`, { cause });
  }

  /** @param own what is said of some of the system's codes here */
  #explain(error: unknown, own: Readonly<Record<string, string>>): RecordError {
    if (error instanceof RecordError) return error;
    const why = own[String((error as NodeJS.ErrnoException).code)] ?? `${known(error)}; ${another} elsewhere`;
    return this.#failure(why, error);
  }
}

function known(error: unknown): string {
  return faultOfPlace(error) ?? `cannot be written: ${error instanceof Error ? error.message : String(error)}`;
}
