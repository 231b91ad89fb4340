import { collections, type Attributes, type Kind } from "../inventory/records.js";
import { ApiError } from "./errors.js";
import { listAll, type OnPage } from "./list.js";
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
   * All records of a kind, as they came.
   * @param options.parameters passed through to the server, whose filters are not known [assumed]
   * @throws ApiError; never a part of the list
   */
  list(
    kind: Kind,
    options: CallOptions & { readonly parameters?: Record<string, string>; readonly onPage?: OnPage } = {},
  ): Promise<Attributes[]> {
    const { parameters = {}, signal, onPage } = options;
    return listAll(this.#transport, this.#settings, collections[kind], parameters, signal, onPage);
  }

  /** One record [assumed: `/{kind}/{id}`]; undefined where there is none. @throws ApiError */
  async get(kind: Kind, id: string, options: CallOptions = {}): Promise<Attributes | undefined> {
    try {
      const { body } = await this.#transport.get([collections[kind], id], {}, options.signal);
      return body as Attributes;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
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

  /** Health of the API component. [doc] */
  async status(options: CallOptions = {}): Promise<unknown> {
    return (await this.#transport.get(["status"], {}, options.signal)).body;
  }
  /** Version of the API component. [doc] */
  async version(options: CallOptions = {}): Promise<unknown> {
    return (await this.#transport.get(["version"], {}, options.signal)).body;
  }
  /** The API's own description, OpenAPI. [doc] */
  async doc(options: CallOptions = {}): Promise<unknown> {
    return (await this.#transport.get(["doc"], {}, options.signal)).body;
  }

  /** Ends the connections that are kept open. */
  close(): void {
    this.#transport.close();
  }
}
