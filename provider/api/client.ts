import { collections, type Attributes, type Kind } from "../inventory/records.js";
import { ApiError } from "./errors.js";
import { statusOptions } from "./health-report.js";
import { listOfOne } from "./list-of-one.js";
import { listPages, type Listed, type ListOptions, type PageSink } from "./list.js";
import { listChanges, type Changes, type ChangesSince } from "./list-changes.js";
import { RecordSink } from "./record-sink.js";
import type { ApiSettings } from "./settings.js";
import { Transport, type TransportOptions } from "./transport.js";

/** What a call may be told. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The Core Information API, read-only: GET and nothing else. [doc] */
export class CoreInformationClient {
  readonly #settings: ApiSettings;
  readonly #transport: Transport;

  /** @throws Error where an address is neither https nor loopback */
  constructor(settings: ApiSettings, options: TransportOptions = {}) {
    this.#settings = settings;
    this.#transport = new Transport(settings, options);
  }

  /**
   * Hands the pages of a kind to a sink, complete, or fails; or says that it is as it was when `known` was listed.
   * @throws ApiError
   */
  pages(kind: Kind, sink: PageSink, options: ListOptions = {}): Promise<Listed> {
    const accepting: PageSink =
      kind === "account" ? { begin: () => sink.begin(), add: (body) => sink.add(listOfOne(body)) } : sink;
    return listPages(this.#transport, this.#settings, collections[kind], accepting, options);
  }

  /**
   * Hands the pages with the latest changes of a kind to a sink that holds the kind already, or says why it must read the whole list.
   * @throws ApiError
   */
  changes(
    kind: Kind,
    sink: PageSink,
    options: ChangesSince & Pick<ListOptions, "signal" | "onPage">,
  ): Promise<Changes> {
    return listChanges(this.#transport, this.#settings, collections[kind], sink, options);
  }

  /** All records of a kind, as they came. @throws ApiError; never a part of the list */
  async list(kind: Kind, options: ListOptions = {}): Promise<Attributes[]> {
    const sink = new RecordSink();
    await this.pages(kind, sink, options);
    return sink.records();
  }

  /** One record [assumption 10]; undefined where there is none. @throws ApiError */
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

  /** Ends the connections that are kept open. */
  close(): void {
    this.#transport.close();
  }
}
