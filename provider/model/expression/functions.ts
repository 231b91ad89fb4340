import { TreeInterpreter } from "@jmespath-community/jmespath";
import { budget, textSteps } from "./budget.js";

/** An expression as the argument of a function. */
interface Reference {
  run(value: unknown): unknown;
}

type Call = (values: never[]) => unknown;
type Table = Record<string, { _func: Call; readonly _signature: unknown }>;
interface Runtime {
  readonly _functionTable: Table;
  callFunction(name: string, values: readonly unknown[]): unknown;
}

/** Comparisons of single characters in one step: a search for a text may compare each character of both. */
const comparisonsPerStep = 1_000;

function searchSteps(text: string, part: unknown): number {
  return typeof part === "string" ? textSteps(text) + (text.length * part.length) / comparisonsPerStep : 0;
}

/** Steps for the pieces between separators, as many as there can be. */
function splitSteps(text: string, separator: string): number {
  return searchSteps(text, separator) + text.length / Math.max(1, separator.length) + 1;
}

function textsSteps(texts: readonly string[]): number {
  let sum = texts.length;
  for (const text of texts) sum += textSteps(text);
  return sum;
}

function isTexts(list: readonly string[] | readonly number[]): list is readonly string[] {
  return typeof list[0] === "string";
}

/** The number of entries that an object function copies; of a text it copies each character. */
function entriesOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

const perElement = (values: [readonly unknown[]]): number => values[0].length;
const perSearch = ([text, part]: [string, string]): number => searchSteps(text, part);
const perText = ([text]: [string]): number => textSteps(text);
const perKey = ([object]: [object]): number => 4 * entriesOf(object);
const perPadding = ([text, width]: [string, number]): number => textSteps(text) + Math.max(0, width) / 16;
/** The library passes numbers and code points as arguments, each on the stack. */
const perArgument = (list: { readonly length: number }): number => 20 * list.length;
const perExtreme = ([list]: [readonly string[] | readonly number[]]): number =>
  isTexts(list) ? 4 * textsSteps(list) : perArgument(list);

/**
 * Steps that a function takes with arguments of its signature. Functions that are absent take the one step of their call.
 * Those with an expression as argument also take the steps of its evaluation for each element.
 */
const steps: Readonly<Record<string, (values: never) => number>> = {
  avg: perElement,
  contains: ([where, what]: [string | readonly unknown[], unknown]) => {
    if (typeof where === "string") return searchSteps(where, what);
    return where.length * (1 + (typeof what === "string" ? what.length / comparisonsPerStep : 0));
  },
  ends_with: ([, part]: [string, string]) => textSteps(part),
  find_first: perSearch,
  find_last: perSearch,
  from_items: ([list]: [readonly unknown[]]) => 4 * list.length,
  group_by: ([list]: [readonly unknown[]]) => 4 * list.length,
  items: perKey,
  join: ([glue, list]: [string, readonly string[]]) => textsSteps(list) + list.length * textSteps(glue),
  keys: perKey,
  length: ([value]: [string | object]) => (Array.isArray(value) ? 0 : entriesOf(value)),
  lower: perText,
  map: (values: [unknown, readonly unknown[]]) => values[1].length,
  max: perExtreme,
  max_by: perElement,
  merge: (objects: readonly unknown[]) => 4 * objects.reduce<number>((sum, object) => sum + entriesOf(object), 0),
  min: perExtreme,
  min_by: perElement,
  pad_left: perPadding,
  pad_right: perPadding,
  reverse: ([value]: [string | readonly unknown[]]) => (typeof value === "string" ? perArgument(value) : value.length),
  sort: ([list]: [readonly unknown[]]) => list.length * (1 + Math.log2(list.length + 1)),
  sort_by: perElement,
  split: ([text, separator]: [string, string]) => splitSteps(text, separator),
  starts_with: ([, part]: [string, string]) => textSteps(part),
  sum: perElement,
  to_number: ([value]: [unknown]) => (typeof value === "string" ? textSteps(value) : 0),
  upper: perText,
  values: perKey,
  zip: (lists: readonly { readonly length: number }[]) =>
    // The library checks only the first element. Another may have no length.
    2 * lists.length * (Math.min(...lists.map(({ length }) => length)) || 0),
};

/** Replaces as the library does; a replacement may hold `$` patterns, each of which inserts a part of the text, if `count` is given. */
function replace([text, part, by, count]: [string, string, string, number?]): string {
  if (count === undefined) {
    budget.spend(Math.ceil(splitSteps(text, part)));
    const pieces = text.split(part);
    budget.spend(textSteps(text) + pieces.length * textSteps(by));
    return pieces.join(by);
  }
  if (count < 0 || !Number.isInteger(count)) throw new Error("invalid-value: expecting a non-negative integer.");
  const insertions = by.split("$").length;
  let replaced = text;
  for (let done = 0; done < count && replaced.includes(part); done += 1) {
    budget.spend(Math.ceil(1 + searchSteps(replaced, part) + insertions * textSteps(replaced) + textSteps(by)));
    replaced = replaced.replace(part, by);
  }
  return replaced;
}

/** Trims in linear time; the regular expressions of the library take quadratic time. */
function trim(fromStart: boolean, fromEnd: boolean) {
  return ([text, characters]: [string, string?]): string => {
    const listed = characters ? new Set(characters.split("")) : undefined;
    const isTrimmed = (sign = ""): boolean => (listed ? listed.has(sign) : /[\s\u0085]/.test(sign));
    budget.spend(2 * textSteps(text) + textSteps(characters ?? ""));
    let start = 0;
    let end = text.length;
    while (fromEnd && end > start && isTrimmed(text[end - 1])) end -= 1;
    while (fromStart && start < end && isTrimmed(text[start])) start += 1;
    return text.slice(start, end);
  };
}

/** Compares texts by their code points, as the library does, without copies of them. */
function compareTexts(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  budget.spend(1 + (length >>> 4));
  for (let place = 0; place < length; place += 1) {
    const difference = (one.codePointAt(place) ?? 0) - (other.codePointAt(place) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Evaluates an expression for each element: the library copies the texts that it gives when it compares them. */
const visitor = {
  visit(reference: Reference, value: unknown): unknown {
    const key = reference.run(value);
    if (typeof key === "string") budget.spend(4 * textSteps(key));
    return key;
  },
};

// The library exports only its interpreter, not the class.
const Runtime = TreeInterpreter.runtime.constructor as new (interpreter: typeof visitor) => Runtime;
const runtime = new Runtime(visitor);
const table = runtime._functionTable;
const sort = table["sort"]?._func as (values: unknown[]) => unknown;

/** Functions that do not use the library's code. */
const own: Readonly<Record<string, (values: never) => unknown>> = {
  replace,
  sort: ([list]: [readonly string[] | readonly number[]]) =>
    isTexts(list) ? [...list].sort(compareTexts) : sort([list]),
  to_string: ([value]: [unknown]) => {
    if (typeof value === "string") return value;
    budget.spendValue(value);
    return JSON.stringify(value);
  },
  trim: trim(true, true),
  trim_left: trim(true, false),
  trim_right: trim(false, true),
};

for (const [name, { _func, _signature }] of Object.entries(table)) {
  const call = (own[name] ?? _func) as (values: unknown) => unknown;
  const cost = steps[name] as ((values: unknown) => number) | undefined;
  if (cost === undefined) {
    table[name] = { _func: call, _signature };
    continue;
  }
  const metered = (values: unknown): unknown => {
    budget.spend(Math.ceil(cost(values)));
    return call(values);
  };
  table[name] = { _func: metered, _signature };
}

/**
 * Returns a function of JMESPath by its name. A call spends the steps that it takes before it takes them.
 * @throws Error, when it is called, if the function does not exist or the arguments do not match its signature
 */
export function functionNamed(name: string): (values: readonly unknown[]) => unknown {
  // The library would call an inherited name, such as `toString`.
  if (Object.hasOwn(table, name)) return (values) => runtime.callFunction(name, values);
  return () => {
    throw new Error(`Unknown function: ${name}()`);
  };
}
