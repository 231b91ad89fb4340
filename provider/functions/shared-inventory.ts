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
import { printableMessage } from "../inventory/printable.js";
import type { InventoryInfo, InventoryReader } from "../inventory/inventory.js";
import { collections, type Kind } from "../inventory/records.js";
import { mockedInventory } from "../mocked-inventory.js";
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
  /** Decides whether the inventory is described at level `info`. Default: a decision of its own. */
  readonly announcement?: Announcement;
  /** Makes of what went wrong what the caller's user is shown. Default: as it is. */
  explain?(error: unknown): unknown;
}

/** Which inventory is used is described to the user once, however many openings and readers it has. */
export class Announcement {
  #isDue = true;

  /** Returns true to the first caller only. */
  take(): boolean {
    const isDue = this.#isDue;
    this.#isDue = false;
    return isDue;
  }
}

/** An inventory that is opened with some kinds, or will be in a moment. */
interface Opening {
  readonly kinds: Set<Kind>;
  readonly reader: Promise<InventoryReader>;
}

/** An open inventory, and the kinds that are read in it. */
interface Used {
  readonly info: InventoryInfo;
  readonly kinds: readonly Kind[];
}

/** An inventory that is opened once for all who read it in one process. */
export class SharedInventory {
  readonly #options: SharedInventoryOptions;
  readonly #opened: Opening[] = [];
  #asked: Opening | undefined;
  /** Openings under way. */
  #pending = 0;
  /** Whether one of them fetched something. */
  #wasFetched = false;
  /** What the openings so far have given. */
  readonly #used: Used[] = [];
  readonly #announcement: Announcement;

  constructor(options: SharedInventoryOptions) {
    this.#options = options;
    this.#announcement = options.announcement ?? new Announcement();
  }

  /** Is everything of a record a secret to Pulumi? */
  get isSensitive(): boolean {
    const { args, config } = this.#options;
    return isSensitive(args, config);
  }

  /** Fails as reading does, since everything of a record is a secret. */
  refuse(reason: string): Promise<never> {
    const fault = { setting: "sensitive", reason, problem: reason } as const;
    return this.explained(() => Promise.reject(new SettingsError([fault])));
  }

  /** Reads in an inventory that holds these kinds; what may be a slip of the user's is told as a warning. */
  use<T>(kinds: readonly Kind[], read: (reader: InventoryReader, warn: (line: string) => void) => T): Promise<T> {
    const mocked = mockedInventory();
    if (mocked) return this.explained(async () => read(mocked.reader(), () => undefined));
    const warn = (line: string): void => void this.#options.say("warn", line);
    return this.explained(async () => read(await this.#reader(kinds), warn));
  }

  /** Asks the API itself. */
  ask<T>(question: (client: Pick<CoreInformationClient, "status" | "version">) => Promise<T>): Promise<T> {
    const mocked = mockedInventory();
    if (mocked) {
      const { status, version } = mocked;
      return this.explained(() => question({ status: async () => status, version: async () => version }));
    }
    return this.explained(async () => {
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

  /** Does work whose errors are for the caller's user. */
  async explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // What fails at once fails before a program handles it, of which Node.js would warn.
      await nextTurn();
      // It goes on to Pulumi or Terraform, which print it as it is.
      if (error instanceof Error) error.message = printableMessage(error.message);
      throw this.#options.explain?.(error) ?? error;
    }
  }

  /** Kinds that are asked for in one go are opened together: one sync. */
  #reader(kinds: readonly Kind[]): Promise<InventoryReader> {
    const known = this.#opened.find((opening) => kinds.every((kind) => opening.kinds.has(kind)));
    if (known) return known.reader;
    if (!this.#asked) {
      this.#pending += 1;
      this.#asked = {
        kinds: new Set(),
        reader: nextTurn()
          .then(() => this.#open())
          .finally(() => (this.#pending -= 1)),
      };
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
    await this.#announce(reader, kinds);
    return reader;
  }

  /**
   * Describes the inventory at level `info` once, if it was fetched, and when no other opening is under way, with the kinds of
   * all openings. Other openings are described at level `debug`; that an inventory is stale is a warning of its own.
   */
  #announce(reader: InventoryReader, kinds: readonly Kind[]): Promise<void> {
    const info = reader.info();
    this.#used.push({ info, kinds });
    if (this.#pending > 1 || !this.#wasFetched || !this.#announcement.take())
      return this.#options.say("debug", describeInventory([{ info, kinds }]));
    return this.#options.say("info", describeInventory(this.#used));
  }

  /** Waiting is said as it begins, an older inventory as a warning, all else to those who debug. */
  #tell(event: SyncEvent): void {
    if (event.type === "done") this.#wasFetched = true;
    const line = describeEvent(event);
    if (line === undefined) return;
    const level = isWarning(event) ? "warn" : event.type === "waiting" ? "info" : "debug";
    void this.#options.say(level, line);
  }
}

/** Returns one line: the API, the age of the oldest kind that is used, and the number of records of each kind. */
function describeInventory(used: readonly Used[]): string {
  const syncedAt = Math.min(...used.map(({ info }) => Date.parse(info.syncedAt)));
  const age = Math.max(0, Math.round((Date.now() - syncedAt) / 1000));
  const counts = new Map(used.flatMap(({ info, kinds }) => kinds.map((kind) => [kind, info.counts[kind] ?? "no"])));
  const counted = [...counts].map(([kind, count]) => `${count} ${collections[kind]}`);
  return `inventory of ${used[0]?.info.endpoint}, fetched ${age} s ago: ${counted.join(", ")}`;
}
