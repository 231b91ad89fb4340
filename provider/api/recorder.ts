import { accessSync, constants, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Headers } from "node-fetch";
import { replaceFile } from "../files/write-output.js";
import { faultOfPlace } from "../inventory/private-files.js";
import { makeFolder } from "../make-folder.js";
import { disguiseDescription } from "./disguise-description.js";
import { disguiseError } from "./disguise-error.js";
import { Disguise } from "./disguise.js";
import { deepest, parseJson } from "./json.js";
import { PageError } from "./page-error.js";
import { RecordError } from "./record-error.js";
import { recordedHeaders, recordedTag } from "./record-headers.js";
import { recordedQuery } from "./record-query.js";
import type { Redactor } from "./redact.js";
import type { Paging } from "./settings.js";

/** One call and its answer, without anything that is a customer's or a secret. */
export interface Exchange {
  /** Below the endpoint, with its query. */
  readonly path: string;
  readonly ifNoneMatch?: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: unknown;
  /** Where it was none: a text that is taken as it was. */
  readonly raw?: string;
}

/** A call, and what was answered. */
export interface Exchanged {
  /** The segments below the endpoint, of which the second is an id. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly paging: Paging;
  readonly ifNoneMatch?: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** JSON, but nested beyond reason. */
const tooDeep = "[".repeat(deepest + 1) + "]".repeat(deepest + 1);

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
      const names = readdirSync(folder).filter((name) => !isHidden(name));
      if (names.length > 0) throw this.#failure(`holds something already (${someOf(names)}); ${another}`);
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
    // All of it is personal: who calls.
    if (exchanged.path[0] === "me") return;
    const { status, headers, paging, ifNoneMatch } = exchanged;
    const tag = ifNoneMatch === undefined ? undefined : redactor.redact(recordedTag(ifNoneMatch, this.#disguise));
    const exchange: Exchange = {
      path: this.#path(exchanged, redactor),
      ...(tag === undefined ? {} : { ifNoneMatch: tag }),
      status,
      headers: redactor.json(recordedHeaders(headers, paging, this.#disguise)) as Exchange["headers"],
      ...this.#body(exchanged, redactor),
    };
    const file = join(this.#folder, `${String(this.#count + 1).padStart(5, "0")}.json`);
    try {
      replaceFile(file, `${JSON.stringify(exchange, undefined, 2)}\n`, { mustBeNew: true });
      this.#count += 1;
    } catch (error) {
      this.#fault = this.#explain(error, {
        EEXIST: `is written by another run at the same time; ${another}`,
        ENOENT: `was taken away meanwhile; ${another}`,
      });
      throw this.#fault;
    }
  }

  #path({ path: [collection = "", ...ids], query, paging }: Exchanged, redactor: Redactor): string {
    const segments = [collection, ...ids.map((id) => this.#disguise.text(id))];
    const shown = segments.map((segment) => encodeURIComponent(redactor.redact(segment))).join("/");
    const parameters = recordedQuery(Object.entries(query), paging, this.#disguise);
    const shownQuery = redactor.json(parameters) as [string, string][];
    const search = new URLSearchParams(shownQuery).toString();
    return `/${shown}${search && `?${search}`}`;
  }

  #body({ path, status, body }: Exchanged, redactor: Redactor): Pick<Exchange, "body" | "raw"> {
    if (body.byteLength === 0) return { raw: "" };
    let value: unknown;
    try {
      value = parseJson(body);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      return { raw: error.fault === "json" ? `(not JSON: ${body.byteLength} bytes)` : tooDeep };
    }
    return { body: redactor.json(this.#disguised(value, path, status)) };
  }

  #disguised(value: unknown, path: readonly string[], status: number): unknown {
    if (status >= 400) return disguiseError(value, status, this.#disguise);
    const isDescription = path.length === 1 && path[0] === "doc";
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

/** What a system or an editor leaves in any folder, such as .DS_Store. */
function isHidden(name: string): boolean {
  return name.startsWith(".");
}

function someOf(names: readonly string[]): string {
  const [first = ""] = [...names].sort();
  return names.length === 1 ? first : `${first} and ${names.length - 1} more`;
}

function known(error: unknown): string {
  return faultOfPlace(error) ?? `cannot be written: ${error instanceof Error ? error.message : String(error)}`;
}
