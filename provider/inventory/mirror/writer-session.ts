import type { PageSummary } from "../../api/paging/list.js";
import { PageError } from "../../api/errors/page-error.js";
import type { FieldMap } from "../../model/field-map.js";
import type { Manifest } from "./manifest.js";
import { MirrorUpdate } from "./mirror-file.js";
import type { Retention } from "../../model/retention.js";
import type { Kind } from "../../model/records.js";
import { Writer, type Extent, type Outcome } from "../store/writer.js";

/** The data to start the thread with. */
export interface WriterStart {
  readonly path: string;
  /** The current mirror; undefined: it is discarded. */
  readonly held: Manifest | undefined;
  readonly fieldMap: FieldMap;
  readonly startedAt: number;
}

/** A request to the thread. */
export type WriterRequest =
  | { readonly do: "begin"; readonly kind: Kind; readonly how?: Extent | undefined }
  | { readonly do: "add"; readonly kind: Kind; readonly body: Uint8Array }
  | { readonly do: "commit"; readonly outcomes: ReadonlyMap<Kind, Outcome>; readonly keep: Retention }
  | { readonly do: "close" };

/** The response to a successful request. */
export interface WriterReply {
  readonly taken?: PageSummary;
}

/** The responses in the order of the requests. A PageError is sent by its parts, because classes cannot cross threads. */
export type WriterResponse =
  | WriterReply
  | { readonly pageError: { readonly reason: PageError["reason"]; readonly message: string } }
  | {
      readonly error: {
        readonly name: string;
        readonly message: string;
        readonly code: unknown;
        readonly errcode: unknown;
      };
    };

/** Handles the requests of one sync to a file, in its thread. See WorkerWriter. */
export class WriterSession {
  readonly #start: WriterStart;
  #update: MirrorUpdate | undefined;
  #writer: Writer | undefined;

  constructor(start: WriterStart) {
    this.#start = start;
  }

  answer(request: WriterRequest): WriterResponse {
    try {
      return this.#answer(request);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof PageError) return { pageError: { reason: error.reason, message } };
      const name = error instanceof Error ? error.name : "Error";
      const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
      return { error: { name, message, code, errcode } };
    }
  }

  #answer(request: WriterRequest): WriterReply {
    const { path, held, fieldMap, startedAt } = this.#start;
    if (request.do === "close") {
      this.#update?.close();
      return {};
    }
    const update = (this.#update ??= new MirrorUpdate(path, held));
    const writer = (this.#writer ??= new Writer(update.target(), fieldMap, startedAt));
    switch (request.do) {
      case "begin":
        writer.begin(request.kind, request.how);
        return {};
      case "add":
        return { taken: writer.add(request.kind, request.body) };
      case "commit":
        update.publish(writer.commit(request.outcomes, request.keep));
        return {};
    }
  }
}
