import type { Attributes, Kind } from "../provider/model/records.js";
import { pathOf, textsAt } from "./fields.js";
import type { Records } from "./generate.js";
import type { FieldFilter } from "./query.js";

/** Maximum number of cached selections. Each is an array of references. */
const MAX_SELECTIONS = 16;

/** The records that the sandbox serves. Filtered and sorted lists are cached until a record changes. */
export class RecordStore {
  readonly #selections = new Map<string, readonly Attributes[]>();
  readonly #ids = new Map<Kind, ReadonlyMap<string, number>>();

  constructor(readonly records: Records) {}

  /** Returns the records that pass every filter, sorted. Ties keep the order in which they were added. */
  select(kind: Kind, filters: readonly FieldFilter[], sort: readonly string[]): readonly Attributes[] {
    if (filters.length === 0 && sort.length === 0) return this.records[kind];
    const key = JSON.stringify([kind, filters, sort]);
    const cached = this.#selections.get(key);
    if (cached) return cached;
    const selection = this.#sorted(kind, this.#filtered(kind, filters), sort);
    if (this.#selections.size >= MAX_SELECTIONS) this.#selections.clear();
    this.#selections.set(key, selection);
    return selection;
  }

  /** Returns the texts of a field, also of the location's own fields by `location.`. */
  texts(kind: Kind, record: Attributes, name: string): string[] {
    const path = pathOf(name);
    const own = textsAt(record, path);
    if (own.length > 0 || path[0] !== "location" || kind === "location") return own;
    return textsAt(this.locationOf(record), path.slice(1));
  }

  /** Returns the location that a record names, if there is one. */
  locationOf(record: Attributes): Attributes | undefined {
    const [id] = textsAt(record, ["location", "id"]);
    return id === undefined ? undefined : this.find("location", id);
  }

  /** Returns the record with this id. */
  find(kind: Kind, id: string): Attributes | undefined {
    const index = this.#index(kind, id);
    return index === undefined ? undefined : this.records[kind][index];
  }

  /** Changes a record. Sets `updatedAt` to now, unless the patch has it. */
  update(kind: Kind, id: string, patch: Attributes): void {
    const index = this.#place(kind, id);
    this.records[kind][index] = { ...this.records[kind][index], updatedAt: now(), ...patch };
    this.#changed();
  }

  /** Adds a record at the end. Sets `createdAt` and `updatedAt` to now if they are missing. */
  add(kind: Kind, record: Attributes): void {
    this.records[kind].push({ createdAt: now(), updatedAt: now(), ...record });
    this.#changed();
  }

  /** Removes a record. */
  remove(kind: Kind, id: string): void {
    this.records[kind].splice(this.#place(kind, id), 1);
    this.#changed();
  }

  #changed(): void {
    this.#selections.clear();
    this.#ids.clear();
  }

  #place(kind: Kind, id: string): number {
    const index = this.#index(kind, id);
    if (index === undefined) throw new Error(`the sandbox has no ${kind} ${id}`);
    return index;
  }

  #index(kind: Kind, id: string): number | undefined {
    let ids = this.#ids.get(kind);
    if (!ids) {
      ids = new Map(this.records[kind].map((record, index) => [String(record["id"]), index]));
      this.#ids.set(kind, ids);
    }
    return ids.get(id);
  }

  #filtered(kind: Kind, filters: readonly FieldFilter[]): readonly Attributes[] {
    const wanted = filters.map(([name, values]) => ({ name, values: new Set(values) }));
    return this.records[kind].filter((record) =>
      wanted.every(({ name, values }) => this.texts(kind, record, name).some((text) => values.has(text))),
    );
  }

  #sorted(kind: Kind, records: readonly Attributes[], sort: readonly string[]): readonly Attributes[] {
    if (sort.length === 0) return records;
    const signs = sort.map((name) => (name.startsWith("-") ? -1 : 1));
    const names = sort.map((name) => name.replace(/^-/, ""));
    const keyed = records.map((record) => ({
      record,
      keys: names.map((name) => this.texts(kind, record, name).join()),
    }));
    keyed.sort((a, b) => {
      const differing = signs.findIndex((_, index) => a.keys[index] !== b.keys[index]);
      if (differing < 0) return 0;
      return ((a.keys[differing] ?? "") < (b.keys[differing] ?? "") ? -1 : 1) * (signs[differing] ?? 1);
    });
    return keyed.map(({ record }) => record);
  }
}

function now(): string {
  return new Date().toISOString();
}
