import { namedFields } from "../model/records.js";
import { nearestName, suggestName } from "../platform/similar-strings.js";
import { z } from "zod";
import type { GetRecordArgs, GetRecordsArgs } from "./results.js";
import { QueryError } from "../inventory/query/query-error.js";

/** Describes the type of an invalid argument. Never shows its value, which may be a secret. */
function whatIs(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

const expecting = (what: string) => ({
  error: ({ input }: { input?: unknown }) => `must be ${what}, not ${whatIs(input)}`,
});

/** A text. */
export const text = z.string(expecting("a text"));
/** A text that is not empty. */
export const nonEmpty = text.min(1, { error: "must not be empty" });
/** A number. The function checks its range. */
export const number = z.number(expecting("a number"));

/** A list of texts. A single text becomes a list of one. */
export const texts = z.preprocess(
  (given) => (typeof given === "string" ? [given] : given),
  z.array(text, expecting("a list of texts")),
);

const filter = z.strictObject(
  { name: text, values: texts },
  { error: ({ input }) => (isObject(input) ? undefined : `must be { name, values }, not ${whatIs(input)}`) },
);

const narrowing = {
  name: text.optional(),
  filters: z.array(filter, expecting('a list such as [{ name: "country", values: ["FR"] }]')).optional(),
  where: text.optional(),
  locationId: text.optional(),
  servicePointId: text.optional(),
  accountId: text.optional(),
};

/** The arguments of the functions that return one record. */
export const recordArguments = z.strictObject({ id: text.optional(), ...narrowing } satisfies Record<
  keyof GetRecordArgs,
  z.ZodType
>);
/** The arguments of the functions that return a list. */
export const recordsArguments = z.strictObject({
  ...narrowing,
  limit: number.optional(),
  atLeast: number.optional(),
} satisfies Record<keyof GetRecordsArgs, z.ZodType>);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Creates the error of an invalid argument. */
type ToError = (message: string) => Error;

const queryError: ToError = (message) => new QueryError(message);

/**
 * Checks the names of a public function's arguments, for callers without a compiler.
 * @param what name of the function in messages
 * @throws QueryError, or the result of `error`, with the most similar name. Suggests `filters` for a field
 */
export function checkArgumentNames(
  what: string,
  known: readonly string[],
  given: unknown,
  error = queryError,
): asserts given is Record<string, unknown> {
  if (!isObject(given)) throw error(`${what} takes an object with ${known.join(", ")}, not ${whatIs(given)}`);
  const wrong = Object.keys(given).find((name) => given[name] !== undefined && !known.includes(name));
  if (wrong !== undefined) throw error(`${what} takes no argument ${wrong}${hintFor(wrong, known)}`);
}

/**
 * Checks the arguments of a public function.
 * @returns the arguments, with a list of one instead of a single text if a list is expected
 * @throws as {@link checkArgumentNames}, also if a value has the wrong type
 */
export function parseArguments<S extends z.ZodObject>(
  what: string,
  schema: S,
  given: unknown,
  error = queryError,
): z.output<S> {
  checkArgumentNames(what, Object.keys(schema.shape), given, error);
  const result = schema.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw error(`${what}: ${issue === undefined ? "wrong arguments" : describe(issue)}`);
}

/** Returns a hint for an argument that does not exist: a field is one of the arguments of `filters`. */
function hintFor(wrong: string, known: readonly string[]): string {
  const near = known.includes("filters") ? nearestName(wrong, [...new Set([...known, ...namedFields])]) : undefined;
  if (near === undefined || known.includes(near)) return suggestName(wrong, known);
  return `; ${near} is a field: use filters: [{ name: "${near}", values: ["…"] }]`;
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  const name = path.replace(/^\./, "");
  if (issue.code !== "unrecognized_keys") return `${name} ${issue.message}`;
  const [wrong = ""] = issue.keys;
  return `${name} has no ${wrong}${hintFor(wrong, Object.keys(filter.shape))}`;
}
