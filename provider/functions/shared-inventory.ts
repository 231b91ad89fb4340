import { setImmediate as nextTurn } from "node:timers/promises";
import type { CoreInformationClient } from "../api/client.js";
import {
  isSensitive,
  resolveServiceSettings,
  SettingsError,
  type ConfigSource,
  type InventoryArgs,
} from "../config.js";
import { describeEvent, isWarning, type SyncEvent } from "../inventory/events.js";
import type { InventoryReader } from "../inventory/inventory.js";
import { collections, type Kind } from "../inventory/records.js";
import { openInventory } from "../open.js";

/** The kinds that a look-up of a kind reads: the items of a location depend on their service points' locations too. */
export const needs: Readonly<Record<Kind, readonly Kind[]>> = {
  location: ["location"],
  servicePoint: ["servicePoint"],
  configurationItem: ["configurationItem", "servicePoint"],
  account: ["account"],
};

/** How much a line matters to a user. */
export type Level = "debug" | "info" | "warn";

/** What an inventory is opened with, and whom it talks to. */
export interface SharedInventoryOptions {
  /** What differs from the configuration and the environment. */
  readonly args: InventoryArgs;
  readonly config: ConfigSource;
  /** Takes nothing that was fetched before this time (milliseconds since the epoch). */
  readonly notBefore?: number;
  /** Tells the user what happens. */
  say(level: Level, line: string): Promise<void>;
  /** Makes of what went wrong what the caller's user is shown. Default: as it is. */
  explain?(error: unknown): unknown;
}

/** An inventory that is opened with some kinds, or will be in a moment. */
interface Opening {
  readonly kinds: Set<Kind>;
  readonly reader: Promise<InventoryReader>;
}

/** An inventory that is opened once for all who read it in one process. */
export class SharedInventory {
  readonly #options: SharedInventoryOptions;
  readonly #opened: Opening[] = [];
  #asked: Opening | undefined;

  constructor(options: SharedInventoryOptions) {
    this.#options = options;
  }

  /** Is everything of a record a secret to Pulumi? */
  get isSensitive(): boolean {
    const { args, config } = this.#options;
    return isSensitive(args, config);
  }

  /** Fails as reading does, since everything of a record is a secret. */
  refuse(reason: string): Promise<never> {
    const fault = { setting: "sensitive", reason, problem: reason } as const;
    return this.#explained(() => Promise.reject(new SettingsError([fault])));
  }

  /** Reads in an inventory that holds these kinds; what may be a slip of the user's is told as a warning. */
  use<T>(kinds: readonly Kind[], read: (reader: InventoryReader, warn: (line: string) => void) => T): Promise<T> {
    const warn = (line: string): void => void this.#options.say("warn", line);
    return this.#explained(async () => read(await this.#reader(kinds), warn));
  }

  /** Asks the API itself. */
  ask<T>(question: (client: CoreInformationClient) => Promise<T>): Promise<T> {
    return this.#explained(async () => {
      const { CoreInformationClient } = await import("../api/client.js");
      const { args, config } = this.#options;
      const client = new CoreInformationClient(resolveServiceSettings(args, config).api);
      try {
        return await question(client);
      } finally {
        client.close();
      }
    });
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#options.explain?.(error) ?? error;
    }
  }

  /** Kinds that are asked for in one go are opened together: one sync, and one line that says what was read. */
  #reader(kinds: readonly Kind[]): Promise<InventoryReader> {
    const known = this.#opened.find((opening) => kinds.every((kind) => opening.kinds.has(kind)));
    if (known) return known.reader;
    if (!this.#asked) {
      this.#asked = { kinds: new Set(), reader: nextTurn().then(() => this.#open()) };
      this.#opened.push(this.#asked);
    }
    for (const kind of kinds) this.#asked.kinds.add(kind);
    return this.#asked.reader;
  }

  async #open(): Promise<InventoryReader> {
    const kinds = [...(this.#asked?.kinds ?? [])];
    this.#asked = undefined;
    const { args, config, notBefore = 0 } = this.#options;
    const onEvent = (event: SyncEvent): void => this.#tell(event);
    const reader = await openInventory({ args, config, kinds, notBefore, onEvent });
    await this.#options.say("info", describeInventory(reader, kinds));
    return reader;
  }

  /** Waiting is said as it begins, an older inventory as a warning, all else to those who debug. */
  #tell(event: SyncEvent): void {
    const line = describeEvent(event);
    if (line === undefined) return;
    const level = isWarning(event) ? "warn" : event.type === "waiting" ? "info" : "debug";
    void this.#options.say(level, line);
  }
}

/** What was read, from where and how old it is, on one line. */
function describeInventory(reader: InventoryReader, kinds: readonly Kind[]): string {
  const { endpoint, syncedAt, counts } = reader.info();
  const age = Math.max(0, Math.round((Date.now() - Date.parse(syncedAt)) / 1000));
  const counted = kinds.map((kind) => `${counts[kind] ?? "no"} ${collections[kind]}`);
  return `inventory of ${endpoint}, fetched ${age} s ago: ${counted.join(", ")}`;
}
