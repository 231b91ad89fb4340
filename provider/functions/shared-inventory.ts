import { setImmediate as nextTurn } from "node:timers/promises";
import type { CoreInformationClient } from "../api/client.js";
import { isSensitive, resolveServiceSettings } from "../settings/resolve.js";
import type { ConfigSource } from "../settings/sources.js";
import { SettingsError } from "../settings/settings-error.js";
import type { InventoryArgs } from "../settings/args.js";
import { describeEvent, isWarning, type SyncEvent } from "../inventory/events.js";
import { printableMessage } from "../platform/printable.js";
import type { InventoryInfo, InventoryReader } from "../model/inventory-reader.js";
import { countOf, type Kind } from "../model/records.js";
import { mockedInventory } from "./mocked-inventory.js";
import { openInventory } from "../inventory/open.js";

/** Returns the kinds that a lookup reads: the items of a location also depend on the locations of their service points. */
export const REQUIRED_KINDS: Readonly<Record<Kind, readonly Kind[]>> = {
  location: ["location"],
  servicePoint: ["servicePoint"],
  configurationItem: ["configurationItem", "servicePoint"],
  account: ["account"],
};

/** The level of a log line. */
export type Level = "debug" | "info" | "warn";

/** The options of a shared inventory. */
export interface SharedInventoryOptions {
  /** Explicit settings, which override configuration and environment. */
  readonly args: InventoryArgs;
  readonly config: ConfigSource;
  /** Fetch kinds that were fetched before this time (milliseconds since the epoch). */
  readonly notBefore?: number;
  /** Logs a line to the user. */
  say(level: Level, line: string): Promise<void>;
  /** Decides whether the inventory is described at level `info`. Default: a decision of its own. */
  readonly announcement?: Announcement;
  /** Converts an error for the caller's user. Default: unchanged. */
  explain?(error: unknown): unknown;
}

/** Ensures that the inventory is described to the user once, regardless of the number of readers. */
export class Announcement {
  #isDue = true;

  /** Returns true to the first caller only. */
  take(): boolean {
    const isDue = this.#isDue;
    this.#isDue = false;
    return isDue;
  }
}

/** A running or scheduled open with some kinds. */
interface PendingOpen {
  readonly kinds: Set<Kind>;
  readonly reader: Promise<InventoryReader>;
}

/** An open inventory with the kinds to read in it. */
interface Used {
  readonly info: InventoryInfo;
  readonly kinds: readonly Kind[];
}

/** An inventory that all readers of a process share. */
export class SharedInventory {
  readonly #options: SharedInventoryOptions;
  readonly #opened: PendingOpen[] = [];
  #asked: PendingOpen | undefined;
  /** Number of running opens. */
  #pending = 0;
  /** Whether an open fetched something. */
  #wasFetched = false;
  /** The results of all opens so far. */
  readonly #used: Used[] = [];
  readonly #announcement: Announcement;

  constructor(options: SharedInventoryOptions) {
    this.#options = options;
    this.#announcement = options.announcement ?? new Announcement();
  }

  /** Returns whether records are secrets to Pulumi. */
  get isSensitive(): boolean {
    const { args, config } = this.#options;
    return isSensitive(args, config);
  }

  /** Fails, because all values of a record are secrets. */
  refuse(reason: string): Promise<never> {
    const issue = { setting: "sensitive", reason, problem: reason } as const;
    return this.explained(() => Promise.reject(new SettingsError([issue])));
  }

  /** Reads an inventory that has these kinds. Logs probable typos as warnings. */
  use<T>(kinds: readonly Kind[], read: (reader: InventoryReader, warn: (line: string) => void) => T): Promise<T> {
    const mocked = mockedInventory();
    if (mocked) return this.explained(async () => read(mocked.reader(), () => undefined));
    const warn = (line: string): void => void this.#options.say("warn", line);
    return this.explained(async () => read(await this.#reader(kinds), warn));
  }

  /** Calls the API directly. */
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

  /** Runs work, and converts its errors for the caller's user. */
  async explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Without this, Node.js would warn about a rejection that the program handles later.
      await nextTurn();
      // Pulumi and Terraform print the message unchanged.
      if (error instanceof Error) error.message = printableMessage(error.message);
      throw this.#options.explain?.(error) ?? error;
    }
  }

  /** Opens kinds that are requested together with one sync. */
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
   * Describes the inventory at level `info` once, if it was fetched, after the last running open, with the kinds of all opens. Other
   * opens are logged at level `debug`. A stale inventory is a separate warning.
   */
  #announce(reader: InventoryReader, kinds: readonly Kind[]): Promise<void> {
    const info = reader.info();
    this.#used.push({ info, kinds });
    if (this.#pending > 1 || !this.#wasFetched || !this.#announcement.take())
      return this.#options.say("debug", describeInventory([{ info, kinds }]));
    return this.#options.say("info", describeInventory(this.#used));
  }

  /** Returns the level of an event: info for waiting, warning for an older inventory, debug for all others. */
  #tell(event: SyncEvent): void {
    if (event.type === "done") this.#wasFetched = true;
    const line = describeEvent(event);
    if (line === undefined) return;
    const level = isWarning(event) ? "warn" : event.type === "waiting" ? "info" : "debug";
    void this.#options.say(level, line);
  }
}

/** Returns one line: the API, the age of the oldest used kind, and the number of records of each kind. */
function describeInventory(used: readonly Used[]): string {
  const syncedAt = Math.min(...used.map(({ info }) => Date.parse(info.syncedAt)));
  const age = Math.max(0, Math.round((Date.now() - syncedAt) / 1000));
  const counts = new Map<Kind, number | "no">(
    used.flatMap(({ info, kinds }) => kinds.map((kind) => [kind, info.counts[kind] ?? "no"])),
  );
  const counted = [...counts].map(([kind, count]) => countOf(count, kind));
  return `inventory of ${used[0]?.info.endpoint}, fetched ${age} s ago: ${counted.join(", ")}`;
}
