import { collections, type Attributes, type Kind } from "../model/records.js";
import { ApiError } from "./errors/errors.js";
import { statusOptions } from "./health-report.js";
import { listOfOne } from "./paging/list-of-one.js";
import { listPages, type ListResult, type ListOptions, type PageSink } from "./paging/list.js";
import { listChanges, type Changes, type ChangesSince } from "./paging/list-changes.js";
import { RecordSink } from "./paging/record-sink.js";
import type { ApiSettings } from "./http/settings.js";
import { recorderFor } from "./recording/recorder.js";
import { Transport, type TransportOptions } from "./http/transport.js";

/** Options of a call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A read-only client of the Core Information API, which sends only GET. [doc] */
export class CoreInformationClient {
  readonly #settings: ApiSettings;
  readonly #transport: Transport;

  /** @throws Error if a URL is neither https nor loopback */
  constructor(settings: ApiSettings, options: TransportOptions = {}) {
    this.#settings = settings;
    this.#transport = new Transport(settings, { recorder: recorderFor(settings.recordingDir), ...options });
  }

  /**
   * Passes all pages of a kind to a sink, or returns that the list still matches the validators.
   * @throws ApiError
   */
  pages(kind: Kind, sink: PageSink, options: ListOptions = {}): Promise<ListResult> {
    const accepting: PageSink =
      kind === "account" ? { begin: () => sink.begin(), add: (body) => sink.add(listOfOne(body)) } : sink;
    return listPages(this.#transport, this.#settings, collections[kind], accepting, options);
  }

  /**
   * Passes the pages with the latest changes of a kind to a sink that has the kind, or returns why the whole list must be read.
   * @throws ApiError
   */
  changes(
    kind: Kind,
    sink: PageSink,
    options: ChangesSince & Pick<ListOptions, "signal" | "onPage">,
  ): Promise<Changes> {
    return listChanges(this.#transport, this.#settings, collections[kind], sink, options);
  }

  /** Returns all records of a kind, unchanged. Never returns an incomplete list. @throws ApiError */
  async list(kind: Kind, options: ListOptions = {}): Promise<Attributes[]> {
    const sink = new RecordSink();
    await this.pages(kind, sink, options);
    return sink.records();
  }

  /** Returns one record [assumption 10]; undefined if it does not exist. @throws ApiError */
  async get(kind: Kind, id: string, options: CallOptions = {}): Promise<Attributes | undefined> {
    try {
      return (await this.#transport.getJson([collections[kind], id], options)) as Attributes;
    } catch (error) {
      if (error instanceof ApiError && error.reason === "http" && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Places with a postal address. [doc] */
  locations(options?: CallOptions): Promise<Attributes[]> {
    return this.list("location", options);
  }
  /** Installed offers and solutions. [doc] */
  servicePoints(options?: CallOptions): Promise<Attributes[]> {
    return this.list("servicePoint", options);
  }
  /** Installed equipment and access lines. [doc] */
  configurationItems(options?: CallOptions): Promise<Attributes[]> {
    return this.list("configurationItem", options);
  }
  /** Customer accounts, for international customers only. [doc] */
  accounts(options?: CallOptions): Promise<Attributes[]> {
    return this.list("account", options);
  }

  /** Health of the API component, also where it reports `ko` with status 503. [spec] */
  status(options: CallOptions = {}): Promise<unknown> {
    return this.#transport.getJson(["status"], { ...statusOptions, ...options });
  }
  /** Version of the API component. [doc] */
  version(options: CallOptions = {}): Promise<unknown> {
    return this.#transport.getJson(["version"], options);
  }
  /** The API's own description, OpenAPI. [doc] */
  doc(options: CallOptions = {}): Promise<unknown> {
    return this.#transport.getJson(["doc"], options);
  }

  /** Closes the connections. */
  close(): void {
    this.#transport.close();
  }
}
