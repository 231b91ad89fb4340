import type { Taken } from "../api/list.js";
import { PageError } from "../api/page-error.js";
import { createMirrorFile, openMirrorFile } from "./database.js";
import type { FieldMap } from "./field-map.js";
import { unsealMirror } from "./mirror-seal.js";
import type { Keep } from "./prune.js";
import type { Kind } from "./records.js";
import { Writer, type Extent, type Outcome } from "./writer.js";

/** What the thread is started with. */
export interface LoadStart {
  readonly path: string;
  /** There is no mirror yet: it is made. */
  readonly isNew: boolean;
  readonly fieldMap: FieldMap;
  readonly startedAt: number;
  /** See {@link Writer}. */
  readonly verify?: boolean;
}

/** What the thread is asked. */
export type LoadRequest =
  | { readonly do: "begin"; readonly kind: Kind; readonly how?: Extent | undefined }
  | { readonly do: "add"; readonly kind: Kind; readonly body: Uint8Array }
  | { readonly do: "commit"; readonly outcomes: ReadonlyMap<Kind, Outcome>; readonly keep: Keep }
  | { readonly do: "close" };

/** What it answers where nothing failed. */
export interface Answered {
  readonly taken?: Taken;
  /** Whether it was committed, and nobody writes any more. */
  readonly ended?: boolean;
}

/** What it answers, in the order of the requests; a PageError by its parts, which cross threads where a class does not. */
export type LoadAnswer =
  | Answered
  | { readonly pageError: { readonly fault: PageError["fault"]; readonly message: string } }
  | {
      readonly error: {
        readonly name: string;
        readonly message: string;
        readonly code: unknown;
        readonly errcode: unknown;
      };
    };

/** Answers the requests of one sync into a file, in the thread that it runs in; see ThreadLoad. */
export class LoadSession {
  readonly #start: LoadStart;
  #writer: Writer | undefined;

  constructor({ path, isNew, ...rest }: LoadStart) {
    this.#start = { path, isNew, ...rest };
  }

  answer(request: LoadRequest): LoadAnswer {
    try {
      return this.#answer(request);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof PageError) return { pageError: { fault: error.fault, message } };
      const name = error instanceof Error ? error.name : "Error";
      const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
      return { error: { name, message, code, errcode } };
    }
  }

  #answer(request: LoadRequest): Answered {
    const { path, isNew } = this.#start;
    if (request.do === "close") return { ended: this.#writer?.close() ?? false };
    const writer = (this.#writer ??= this.#open());
    switch (request.do) {
      case "begin":
        writer.begin(request.kind, request.how);
        return {};
      case "add":
        return { taken: writer.add(request.kind, request.body) };
      case "commit":
        if (!isNew) unsealMirror(path);
        writer.commit(request.outcomes, request.keep);
        return {};
    }
  }

  #open(): Writer {
    const { path, isNew, fieldMap, startedAt, verify } = this.#start;
    return new Writer(isNew ? createMirrorFile(path) : { db: openMirrorFile(path) }, fieldMap, startedAt, verify);
  }
}
