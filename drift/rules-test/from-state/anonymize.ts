import { isIP } from "node:net";
import type { LoadedRules } from "../../../policy/config/load-rules.js";
import { Anonymizer } from "../../../provider/api/recording/anonymizer.js";
import { isObject } from "../../sources/pulumi/pulumi-state.js";
import { outcomeOf, runTrial, type Trial } from "./trial.js";

/** An anonymized trial. */
export interface AnonymizedTrial {
  readonly trial: Trial;
  /** Places of values that are kept, because another value changes the findings. */
  readonly kept: readonly string[];
}

/**
 * Removes properties that change no finding, and replaces each remaining value by a placeholder, the same for equal values. A
 * change is made only if the findings stay the same.
 */
export function anonymizeTrial(given: Trial, rules: LoadedRules): AnonymizedTrial {
  const outcome = outcomeOf(runTrial(given, rules));
  const isSame = (trial: Trial): boolean => outcomeOf(runTrial(trial, rules)) === outcome;
  let trial = given;
  for (const path of leavesOf(given.resource.properties).map(({ path: at }) => at)) {
    const { resource } = trial;
    const next = { ...trial, resource: { ...resource, properties: without(resource.properties, path) } };
    if (isSame(next)) trial = next;
  }
  const kept: string[] = [];
  const words = new Set(wordsIn(trial.records));
  const all = leavesOf([trial.resource.properties, trial.records]).map(({ value }) => value);
  const placeholders = new Placeholders(all);
  for (const value of new Set(all)) {
    if (typeof value === "boolean" || words.has(value)) continue;
    const next = replaceIn(trial, value, placeholders.next(value));
    if (isSame(next)) trial = next;
    else
      kept.push(
        ...leavesOf({ properties: trial.resource.properties, ...trial.records })
          .filter((leaf) => leaf.value === value)
          .map(({ path }) => path.join(".")),
      );
  }
  return { trial: { ...trial, resource: { ...trial.resource, name: "resource" } }, kept };
}

/** Returns the values of records that are words of the API, such as a status, and no data of a customer. */
function wordsIn(records: Trial["records"]): Leaf[] {
  const after = leavesOf(new Anonymizer().value(records)).map(({ value }) => value);
  return leavesOf(records).flatMap(({ value }, index) => (value === after[index] ? [value] : []));
}

type Leaf = string | number | boolean;

/** Returns the texts, numbers and booleans in a value. Marks such as `{ unknown: true }` do not count. */
function leavesOf(value: unknown, path: readonly string[] = []): { path: readonly string[]; value: Leaf }[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return [{ path, value }];
  if (typeof value !== "object" || value === null || isUnknownMark(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, [...path, key]));
}

function isUnknownMark(value: object): boolean {
  return Object.keys(value).join() === "unknown" && Object.values(value)[0] === true;
}

/** Returns a copy without the value at a path, and without objects that become empty. Elements of lists stay. */
function without(
  value: Readonly<Record<string, unknown>>,
  [key = "", ...rest]: readonly string[],
): Record<string, unknown> {
  const { [key]: entry, ...others } = value;
  if (rest.length === 0) return others;
  if (!isObject(entry)) return value;
  const inner = without(entry, rest);
  return Object.keys(inner).length === 0 ? others : { ...others, [key]: inner };
}

/** Returns placeholders, each once. None equals a given value, which would merge two values. */
class Placeholders {
  readonly #taken: ReadonlySet<Leaf>;
  #count = 0;

  constructor(taken: Iterable<Leaf>) {
    this.#taken = new Set(taken);
  }

  /** Returns a placeholder of the form of the value. Addresses are those for documentation. */
  next(value: Leaf): Leaf {
    const version = isIP(String(value));
    for (;;) {
      this.#count += 1;
      const found = this.#of(value, version);
      if (!this.#taken.has(found)) return found;
    }
  }

  #of(value: Leaf, version: number): Leaf {
    if (typeof value === "number") return this.#count;
    if (version === 4) return `192.0.2.${this.#count}`;
    return version === 6 ? `2001:db8::${this.#count.toString(16)}` : `text-${this.#count}`;
  }
}

function replaceIn({ resource, records }: Trial, value: Leaf, other: Leaf): Trial {
  const replace = (entry: unknown): unknown => {
    if (entry === value) return other;
    if (Array.isArray(entry)) return entry.map(replace);
    if (!isObject(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).map(([key, inner]) => [key, replace(inner)]));
  };
  const properties = replace(resource.properties) as Record<string, unknown>;
  return { resource: { ...resource, properties }, records: replace(records) as Trial["records"] };
}
