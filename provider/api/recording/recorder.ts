import type { HttpExchange, HttpRecorder } from "../http/http-recorder.js";
import { accessSync, constants, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { replaceFile } from "../../files/write-output.js";
import { describeFileError } from "../../files/permissions.js";
import { ensureDir } from "../../files/ensure-dir.js";
import { anonymizeOpenApi } from "./anonymize-openapi.js";
import { Anonymizer } from "./anonymizer.js";
import { MAX_JSON_DEPTH, parseJson } from "../http/json.js";
import { PageError } from "../errors/page-error.js";
import { RecordingError } from "../errors/recording-error.js";
import { recordedHeaders, recordedTag } from "./recorded-headers.js";
import { recordedQuery } from "./recorded-query.js";
import type { Redactor } from "../http/redact.js";
import { errorRow } from "../errors/error-catalogue.js";

/** One call and its response, without customer data and secrets. */
export interface RecordedExchange {
  /** Path below the endpoint, with its query. */
  readonly path: string;
  readonly ifNoneMatch?: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, if it is JSON. */
  readonly body?: unknown;
  /** The body, if it is not JSON. */
  readonly raw?: string;
}

/** Whether the body is JSON that is nested too deeply. */
const TOO_DEEP_JSON = "[".repeat(MAX_JSON_DEPTH + 1) + "]".repeat(MAX_JSON_DEPTH + 1);

const OTHER_FOLDER_HINT = "use an empty or a new folder";

const recorders = new Map<string, Recorder>();

/**
 * Returns the recorder of a folder. All clients of a process share it, so that equal values have equal placeholders in all files.
 * @returns undefined without a folder
 * @throws RecordingError
 */
export function recorderFor(folder: string): Recorder;
export function recorderFor(folder: string | undefined): Recorder | undefined;
export function recorderFor(folder: string | undefined): Recorder | undefined {
  if (folder === undefined) return undefined;
  const path = resolve(folder);
  let found = recorders.get(path);
  if (found === undefined) recorders.set(path, (found = new Recorder(path)));
  return found;
}

/** Returns whether this process has recorded a call. */
export function hasRecordings(): boolean {
  return [...recorders.values()].some(({ count }) => count > 0);
}

/** Writes the calls of a run into a folder, one file per call, in the order in which they end. */
export class Recorder implements HttpRecorder {
  readonly #folder: string;
  readonly #anonymizer = new Anonymizer();
  #count = 0;
  #firstError: RecordingError | undefined;

  /** @throws RecordingError, before the first call */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      ensureDir(folder, 0o700);
      accessSync(folder, constants.W_OK | constants.X_OK);
      // Placeholders of two runs differ, and a replay would mix their responses.
      const names = readdirSync(folder).filter((name) => !isHidden(name));
      if (names.length > 0) throw this.#failure(`is not empty (${someOf(names)}); ${OTHER_FOLDER_HINT}`);
    } catch (error) {
      throw this.#explain(error, { EEXIST: `is not a folder; ${OTHER_FOLDER_HINT}` });
    }
  }

  /** The number of recorded calls. */
  get count(): number {
    return this.#count;
  }

  /** The first write failure, for callers that ignored it. */
  get firstError(): RecordingError | undefined {
    return this.#firstError;
  }

  /** @param redactor removes the caller's secrets from everything that is written @throws RecordingError */
  record(exchanged: HttpExchange, redactor: Redactor): void {
    // The whole response is personal data of the caller.
    if (exchanged.path[0] === "me") return;
    const { status, headers, paging, ifNoneMatch } = exchanged;
    const tag = ifNoneMatch === undefined ? undefined : redactor.redact(recordedTag(ifNoneMatch, this.#anonymizer));
    const exchange: RecordedExchange = {
      path: this.#path(exchanged, redactor),
      ...(tag === undefined ? {} : { ifNoneMatch: tag }),
      status,
      headers: redactor.json(recordedHeaders(headers, paging, this.#anonymizer)) as RecordedExchange["headers"],
      ...this.#body(exchanged, redactor),
    };
    const file = join(this.#folder, `${String(this.#count + 1).padStart(5, "0")}.json`);
    try {
      replaceFile(file, `${JSON.stringify(exchange, undefined, 2)}\n`, { mustBeNew: true });
      this.#count += 1;
    } catch (error) {
      this.#firstError = this.#explain(error, {
        EEXIST: `is being written by another run; ${OTHER_FOLDER_HINT}`,
        ENOENT: `was deleted meanwhile; ${OTHER_FOLDER_HINT}`,
      });
      throw this.#firstError;
    }
  }

  #path({ path: [collection = "", ...ids], query, paging }: HttpExchange, redactor: Redactor): string {
    const segments = [collection, ...ids.map((id) => this.#anonymizer.text(id))];
    const shown = segments.map((segment) => encodeURIComponent(redactor.redact(segment))).join("/");
    const parameters = recordedQuery(Object.entries(query), paging, this.#anonymizer);
    const shownQuery = redactor.json(parameters) as [string, string][];
    const search = new URLSearchParams(shownQuery).toString();
    return `/${shown}${search && `?${search}`}`;
  }

  #body({ path, status, body }: HttpExchange, redactor: Redactor): Pick<RecordedExchange, "body" | "raw"> {
    if (body.byteLength === 0) return { raw: "" };
    let value: unknown;
    try {
      value = parseJson(body);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      return { raw: error.reason === "json" ? `(not JSON: ${body.byteLength} bytes)` : TOO_DEEP_JSON };
    }
    return { body: redactor.json(this.#disguised(value, path, status)) };
  }

  #disguised(value: unknown, path: readonly string[], status: number): unknown {
    if (status >= 400) return anonymizeError(value, status, this.#anonymizer);
    const isDescription = path.length === 1 && path[0] === "doc";
    return isDescription ? anonymizeOpenApi(value, this.#anonymizer) : this.#anonymizer.value(value);
  }

  #failure(why: string, cause?: unknown): RecordingError {
    return new RecordingError(`the folder ${this.#folder} of --record-http ${why}`, { cause });
  }

  /** @param own reasons by error code that differ here */
  #explain(error: unknown, own: Readonly<Record<string, string>>): RecordingError {
    if (error instanceof RecordingError) return error;
    const why =
      own[String((error as NodeJS.ErrnoException).code)] ?? `${identifiersOf(error)}; ${OTHER_FOLDER_HINT} elsewhere`;
    return this.#failure(why, error);
  }
}

/** Returns whether a file was left by the system or an editor, such as .DS_Store. */
function isHidden(name: string): boolean {
  return name.startsWith(".");
}

function someOf(names: readonly string[]): string {
  const [first = ""] = [...names].sort();
  return names.length === 1 ? first : `${first} and ${names.length - 1} more`;
}

function identifiersOf(error: unknown): string {
  return describeFileError(error) ?? `cannot be written: ${error instanceof Error ? error.message : String(error)}`;
}

/** Anonymizes the body of an error. Keeps its code, and a message of the catalogue. [assumption 11] */
export function anonymizeError(original: unknown, status: number, anonymizer: Anonymizer): unknown {
  const shown = anonymizer.value(original);
  if (typeof original !== "object" || original === null || Array.isArray(original)) return shown;
  const { code, message } = original as { code?: unknown; message?: unknown };
  const isCode = (typeof code === "number" || typeof code === "string") && /^\d{1,3}$/.test(String(code));
  const { meaning } = errorRow(status, isCode ? Number(code) : undefined);
  const isKnown = typeof message === "string" && message.toLowerCase() === meaning.toLowerCase();
  return { ...(shown as object), ...(isCode ? { code } : {}), ...(isKnown ? { message } : {}) };
}
