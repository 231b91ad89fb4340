import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Headers } from "node-fetch";
import { makeFolder } from "../make-folder.js";
import { Disguise } from "./disguise.js";

/** One call and its answer, without anything that is a customer's or a secret. */
export interface Exchange {
  /** Below the endpoint, with its query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; a text that says what it was where it was none. */
  readonly body: unknown;
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

/** Writes the exchanges of a run into a folder, one file each, in the order they end. */
export class Recorder {
  readonly #folder: string;
  readonly #disguise = new Disguise();
  #count: number;

  constructor(folder: string) {
    makeFolder(folder, 0o700);
    this.#folder = folder;
    this.#count = readdirSync(folder).length;
  }

  /** @param path the segments below the endpoint, of which the second is an id */
  record(
    path: readonly string[],
    query: Readonly<Record<string, string>>,
    answer: { readonly status: number; readonly headers: Headers; readonly text: string },
  ): void {
    const [collection = "", ...ids] = path;
    const shown = [collection, ...ids.map((id) => this.#disguise.text(id))].map(encodeURIComponent).join("/");
    const search = new URLSearchParams(query).toString();
    const exchange: Exchange = {
      path: `/${shown}${search ? `?${search}` : ""}`,
      status: answer.status,
      headers: Object.fromEntries(
        kept.flatMap((name) => {
          const value = answer.headers.get(name);
          return value === null ? [] : [[name, name === "etag" ? `"${this.#disguise.text(value)}"` : value]];
        }),
      ),
      body: this.#body(answer.text, collection === "doc"),
    };
    this.#count += 1;
    const name = `${String(this.#count).padStart(5, "0")}.json`;
    writeFileSync(join(this.#folder, name), `${JSON.stringify(exchange, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  }

  /** The API's own description is no customer's. */
  #body(text: string, isDescription: boolean): unknown {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return text === "" ? "" : `(not JSON: ${text.length} characters)`;
    }
    return isDescription ? body : this.#disguise.value(body);
  }
}
