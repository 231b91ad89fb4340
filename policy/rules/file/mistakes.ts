import { basename } from "node:path";
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { didYouMean, nearestName } from "../../../provider/platform/similar-strings.js";
import { printable, shorten } from "../../../provider/platform/printable.js";

/** A mistake in a configuration. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  /** The key of the object at `path`, if the key is wrong. */
  readonly key?: string;
  readonly message: string;
  /** The name that is meant in place of the key or the value, if there is no doubt. */
  readonly replacement?: string | undefined;
}

/** The file that mistakes are in. */
export interface MistakeFile {
  readonly path: string;
  /** Returns line and column of a mistake, such as `12:7`. */
  placeOf(path: readonly PropertyKey[], key?: string): string;
}

/** Maximum number of mistakes that a message lists. */
const MAX_LISTED = 20;

/** Validates a value. Returns its parsed form, or all mistakes with the allowed values and the nearest one. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { readonly data: z.output<Schema> } | { readonly mistakes: readonly Mistake[] } {
  const allowedKeys = new Map<string, readonly string[]>();
  const result = schema.safeParse(value, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys") allowedKeys.set(JSON.stringify(issue.path ?? []), keysOf(issue.inst));
      if (issue.code === "invalid_value") return notAmong(issue.input, issue.values.map(String));
      return issue.code === "invalid_type" && issue.input === undefined ? "is missing" : undefined;
    },
  });
  if (result.success) return { data: result.data };
  const mistakes = result.error.issues.flatMap((issue): Mistake[] => {
    const { path, message } = issue;
    if (issue.code !== "unrecognized_keys")
      return [{ path, message, replacement: nameMeant(valueAt(value, path), allowedValues(issue)) }];
    const allowed = allowedKeys.get(JSON.stringify(path)) ?? [];
    const free = allowed.filter((name) => !Object.hasOwn(valueAt(value, path) as object, name));
    const meant = issue.keys.map((key) => nameMeant(key, free));
    return issue.keys.map((key, index) => {
      // Two keys cannot have one name.
      const isShared = meant.indexOf(meant[index]) !== meant.lastIndexOf(meant[index]);
      return { path, key, message: unknownKey(key, allowed), replacement: isShared ? undefined : meant[index] };
    });
  });
  return { mistakes };
}

/** Returns the values that a wrong value must be one of; empty if they are not a list of texts. */
function allowedValues(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "custom") return (issue.params?.["allowed"] ?? []) as readonly string[];
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap(allowedValues) : [];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner: unknown, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** Minimum length of a name that a typo can have: short names have many neighbours. */
const MIN_TYPO_LENGTH = 4;

/**
 * Returns the only name that a text can mean: the same one in another spelling (case, `-`, `_`), or one with a typo while every
 * other name is clearly farther away.
 */
export function nameMeant(text: unknown, allowed: readonly string[]): string | undefined {
  if (typeof text !== "string") return undefined;
  const folded = foldName(text);
  const [best, second] = allowed
    .map((name) => ({ name, far: distance(folded, foldName(name)) }))
    .sort((one, other) => one.far - other.far);
  if (best === undefined || best.far === second?.far) return undefined;
  if (best.far === 0) return best.name;
  const most = folded.length < MIN_TYPO_LENGTH ? 0 : Math.max(1, Math.floor(folded.length / 5));
  return best.far <= most && (second === undefined || second.far > best.far + 1) ? best.name : undefined;
}

const foldName = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, "");

function keysOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const keys = schema instanceof z.ZodRecord ? schema.keyType : undefined;
  return keys instanceof z.ZodEnum ? keys.options.map(String) : [];
}

/** Returns the message about an unknown key. */
export function unknownKey(key: string, allowed: readonly string[]): string {
  return `unknown key ${quoted(key)}${suggestion(key, allowed)}`;
}

/** Returns the message about a value that is not among the allowed ones. */
export function notAmong(value: unknown, allowed: readonly string[], more = ""): string {
  const problem = value === undefined ? "is missing" : `${quoted(value)} is not allowed`;
  return `${problem}${suggestion(value, allowed, more)}`;
}

function suggestion(value: unknown, allowed: readonly string[], more = ""): string {
  const near = typeof value === "string" ? nearestName(value, allowed) : undefined;
  return `${didYouMean(near && quoted(near))}${near === undefined ? "; allowed are" : " Allowed are"} ${allowed.join(", ")}${more}`;
}

function quoted(value: unknown): string {
  return shorten(JSON.stringify(value) ?? String(value), 80);
}

/** Returns a list of mistakes, one per line, each with its position in the file, if any (`cmdb.rules.yaml:12:7`). */
export function listMistakes(mistakes: readonly Mistake[], file?: MistakeFile): string {
  const lines = mistakes.map(({ path, key, message }) => {
    const place = file ? `${basename(file.path)}:${file.placeOf(path, key)}: ` : "";
    return `  - ${place}${shorten(printable(path.join("."))) || "(top level)"}: ${shorten(printable(message), 500)}`;
  });
  const more = lines.length - MAX_LISTED;
  return [...lines.slice(0, MAX_LISTED), ...(more > 0 ? [`  - and ${more} more`] : [])].join("\n");
}
