import type { Comparator } from "../../policy/rules/compare/index.js";
import type { LoadedRules } from "../../policy/config/load-rules.js";
import { alternativesOf } from "../../policy/rules/resource/path.js";
import { defaultFieldMap } from "../../provider/model/field-map.js";
import { isNamedField, type Kind } from "../../provider/model/records.js";
import { tagFor, tagPlaceOf } from "../adopt/match/tag.js";
import { isObject } from "../sources/pulumi/pulumi-state.js";
import { runTrial, type Trial } from "../rules-test/from-state/trial.js";
import type { ExpectedFinding } from "../rules-test/schema.js";
import type { Entry } from "./references.js";

/** A case to write, which passes. */
export interface FirstCase {
  readonly name: string;
  readonly trial: Trial;
  /** Empty for `none`. */
  readonly expect: readonly Pick<ExpectedFinding, "rule" | "record" | "property">[];
}

type Values = Readonly<Record<string, unknown>>;

/** How the sample of an entry is made. */
export interface SampleOptions {
  /** The number of the entry, for names that occur once. */
  readonly number: number;
  readonly type: string;
  /** The status of the record, if records have one. */
  readonly status: string | undefined;
}

/** A sample resource of an entry and its record, and variations that are findings. */
interface Sample {
  readonly kind: Kind;
  readonly type: string;
  readonly name: string;
  readonly right: Values;
  readonly wrong: readonly { readonly title: string; readonly properties: Values }[];
  readonly record: Values;
}

/**
 * Returns cases of an entry: the right resource passes, and each wrong one is a finding. A case that the entry cannot have,
 * because its expression is more than names, is left out.
 */
export function firstCases(entry: Entry, options: SampleOptions, rules: LoadedRules): FirstCase[] {
  const sample = sampleOf(entry, options);
  if (sample === undefined) return [];
  const trialOf = (properties: Values): Trial => ({
    resource: { type: sample.type, name: sample.name, properties: { ...properties } },
    records: { [sample.kind]: [sample.record] },
  });
  const right = { name: `${sample.name} with the right record passes`, trial: trialOf(sample.right), expect: [] };
  if (runTrial(right.trial, rules).failures.length > 0) return [];
  const wrong = sample.wrong.map(({ title, properties }): FirstCase => {
    const trial = trialOf(properties);
    const findings = runTrial(trial, rules).findings.filter(({ undecided }) => !undecided);
    const expect = findings.map(({ rule, recordId, about }) => ({
      rule,
      ...(recordId === undefined ? {} : { record: recordId }),
      ...(rule === "attributes-match" && about?.[0] !== undefined ? { property: about[0] } : {}),
    }));
    return { name: `${sample.name} with ${title}`, trial, expect };
  });
  return [right, ...wrong].filter(
    ({ expect, trial }, index) => (index === 0 || expect.length > 0) && passes(trial, expect, rules),
  );
}

function passes(trial: Trial, expect: FirstCase["expect"], rules: LoadedRules): boolean {
  const expected = expect.map((one): ExpectedFinding => ({ ...one, undecided: false }));
  return runTrial(trial, rules, expected).failures.length === 0;
}

function sampleOf(entry: Entry, { number, type, status }: SampleOptions): Sample | undefined {
  const { kind, by = "id", as = "equals" } = entry;
  const id = `RECORD-${number}`;
  const key = by === "id" ? id : valueFor(as, number);
  const named = (value: string): Values | undefined => {
    const path = entry.id ?? entry.value;
    if (path !== undefined) return valuesAt(path, value);
    const {
      property,
      shape,
      key: tag,
      value: text,
    } = tagFor(tagPlaceOf({ type, name: "", urn: "", properties: {} }), kind, value);
    return shape === "map" ? valuesAt(property, { [tag]: text }) : undefined;
  };
  const right = named(key);
  const missing = named(by === "id" ? `${id}-X` : valueFor(as, number + 100));
  const own = by === "id" ? {} : recordWith(kind, by, key);
  if (right === undefined || missing === undefined || own === undefined) return undefined;
  const state = status === undefined ? {} : recordWith(kind, "status", status);
  let record: Values = merged(merged({ id }, state ?? {}), own);
  let complete = right;
  const wrong: Sample["wrong"][number][] = [
    { title: "a record that does not exist is a finding", properties: missing },
  ];
  // A comparison that the user activates later must not fail the cases.
  const later = entry.inactive.map(({ comparison }) => ({ ...comparison, isActive: false }));
  const now = entry.match.map((comparison) => ({ ...comparison, isActive: true }));
  for (const { property, record: field, as: how = "equals", isActive } of [...now, ...later]) {
    const value = valueFor(how, number);
    const [same, other] = [valuesAt(property, value), valuesAt(property, valueFor(how, number + 100))];
    const held = recordWith(kind, field, value);
    if (same === undefined || other === undefined || held === undefined) continue;
    record = merged(record, held);
    if (isActive) wrong.push({ title: `another ${property} than the record's is a finding`, properties: other });
    complete = merged(complete, same);
  }
  // Each wrong resource is right apart from its one mistake.
  const others = wrong.map(({ title, properties }) => ({ title, properties: merged(complete, properties) }));
  return { kind, type, name: `${shortType(type)}-${number}`, right: complete, wrong: others, record };
}

/** Returns a value that the comparator can compare, another one for each number. Addresses are those for documentation. */
function valueFor(as: Comparator, number: number): string {
  if (as === "bandwidth") return `${number + 1} Mbit/s`;
  if (as === "ip") return `192.0.2.${(number % 250) + 1}`;
  if (as === "mac") return `00:00:5e:00:53:${(number % 256).toString(16).padStart(2, "0")}`;
  return `value-${number}`;
}

/** Returns properties with a value at a path; undefined if the path is more than names. */
function valuesAt(path: string, value: unknown): Values | undefined {
  const [names] = alternativesOf(path) ?? [];
  return names?.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Values | undefined;
}

/** Returns a record as the API sends it, with a value in a field. */
function recordWith(kind: Kind, field: string, value: string): Values | undefined {
  const named = isNamedField(field) ? defaultFieldMap[kind][field]?.[0] : field.replace(/^attributes\./, "");
  return named === undefined ? undefined : valuesAt(named, value);
}

/** Returns both objects as one; the other's values win. */
function merged(one: Values, other: Values): Values {
  const both = Object.entries(other).map(([key, value]) => {
    const before = one[key];
    return [key, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...one, ...(Object.fromEntries(both) as Values) };
}

/** Returns `CustomerGateway` for `aws:ec2/customerGateway:CustomerGateway`, as the name of a resource. */
const shortType = (type: string): string =>
  type
    .split(/[:/]/)
    .at(-1)
    ?.replace(/[^A-Za-z0-9_-]/g, "") || "resource";
