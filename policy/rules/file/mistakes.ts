import { basename } from "node:path";
import { z } from "zod";
import { didYouMean, nearestName } from "../../../provider/platform/similar-strings.js";
import { printable, shorten } from "../../../provider/platform/printable.js";

/** A mistake in a configuration. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  /** The key of the object at `path`, if the key is wrong. */
  readonly key?: string;
  readonly message: string;
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
    if (issue.code !== "unrecognized_keys") return [{ path, message }];
    const allowed = allowedKeys.get(JSON.stringify(path)) ?? [];
    return issue.keys.map((key) => ({ path, key, message: unknownKey(key, allowed) }));
  });
  return { mistakes };
}

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
