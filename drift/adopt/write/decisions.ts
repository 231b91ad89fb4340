import { join } from "node:path";
import { z } from "zod";
import { parseYaml, YamlError } from "../../../policy/config/exact-yaml.js";
import { listMistakes, validate } from "../../../policy/rules/file/mistakes.js";
import type { Kind } from "../../../provider/model/records.js";
import { pathExists } from "../../../provider/files/path-exists.js";
import { readInput } from "../../../provider/files/read-input.js";
import { DriftError, reasonOf } from "../../common/errors.js";
import { parseListDocument } from "../../common/yaml-list.js";
import { adoptable } from "../match/adoptable.js";
import type { EarlierDecisions } from "../match/decide.js";
import type { Match } from "../report/schema.js";

/** The name of the file in the folder of `--write`. */
export const decisionsFileName = "adopt.decisions.yaml";

const decision = z.strictObject({
  resource: z.string().min(1),
  kind: z.enum(adoptable),
  record: z.string().min(1),
  decision: z.enum(["proposed", "accepted", "rejected"]),
});

const decisionsFile = z.strictObject({ decisions: z.array(decision).default([]) });

/** A decision about a match. */
export type StoredDecision = z.output<typeof decision>;

/** StoredDecisions of earlier runs, and the text of their file. */
export class StoredDecisions implements EarlierDecisions {
  readonly #byMatch: ReadonlyMap<string, StoredDecision["decision"]>;
  readonly #accepted = new Map<string, ReadonlyMap<Kind, string>>();

  constructor(
    readonly entries: readonly StoredDecision[] = [],
    readonly text?: string,
  ) {
    this.#byMatch = new Map(
      entries.map(({ resource, kind, record, decision: made }) => [keyOf(resource, kind, record), made]),
    );
    for (const { resource, kind, record, decision: made } of entries)
      if (made === "accepted") this.#accepted.set(resource, new Map(this.#accepted.get(resource)).set(kind, record));
  }

  /** Returns the decision about a match; undefined for a new one. */
  decisionOf(urn: string, kind: Kind, recordId: string): StoredDecision["decision"] | undefined {
    return this.#byMatch.size === 0 ? undefined : this.#byMatch.get(keyOf(urn, kind, recordId));
  }

  get accepted(): EarlierDecisions["accepted"] {
    return this.#accepted;
  }
}

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts);

/**
 * Reads decisions. Returns none if the default file does not exist.
 * @param given the file. Default: the file with the default name in `folder`
 * @throws DriftError
 */
export function readDecisions(given: string | undefined, folder = "."): StoredDecisions {
  const path = given ?? join(folder, decisionsFileName);
  let text: string;
  try {
    if (given === undefined && !pathExists(path)) return new StoredDecisions();
    text = readInput(path);
  } catch (error) {
    throw new DriftError(`the decisions file ${path} cannot be read: ${reasonOf(error)}`);
  }
  try {
    const { value, placeOf } = parseYaml(text);
    const result = validate(decisionsFile, value ?? {});
    if ("data" in result) return new StoredDecisions(result.data.decisions, text);
    throw new DriftError(`${path} is not a decisions file:\n${listMistakes(result.mistakes, { path, placeOf })}`);
  } catch (error) {
    if (error instanceof YamlError) throw new DriftError(`the decisions file ${error.describe(path)}`);
    throw error;
  }
}

const header = ` Matches that orange-cmdb adopt proposed. Change decision to accepted, or to rejected: a rejected match is not proposed
 again. An accepted entry of your own decides an ambiguous resource.`;

/** Returns the text of the file with new matches as proposed. Comments and order are kept. */
export function decisionsText({ text, entries }: StoredDecisions, matches: readonly Match[]): string {
  const { document, list } = parseListDocument(text, "decisions", header);
  const known = new Set(entries.map(({ resource, kind, record }) => keyOf(resource, kind, record)));
  for (const { urn, kind, recordId } of matches)
    if (!known.has(keyOf(urn, kind, recordId)))
      list.items.push(document.createNode({ resource: urn, kind, record: recordId, decision: "proposed" }));
  return document.toString({ lineWidth: 0 });
}
