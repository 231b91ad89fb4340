import { hash } from "node:crypto";
import pLimit from "p-limit";
import { z } from "zod";
import { realOrganization } from "../../policy/rules/organization-urn.js";
import { fits } from "../../policy/rules/wildcard.js";
import { didYouMean } from "../../provider/inventory/hints.js";
import { NearestTexts } from "../../provider/inventory/nearest.js";
import { DriftError } from "../errors.js";
import { bytesOf } from "./bytes.js";
import type { PulumiCli } from "./pulumi-cli.js";

/** Where the deployed resources of one stack come from. */
export interface Source {
  /** What messages call it. */
  readonly name: string;
  /** What the stack is called where its state does not say. */
  readonly stack: string;
  /** The organisation of the stack, where the backend has organisations and the source names it. */
  readonly organization?: string;
  /** The name that the Pulumi CLI knows it by. */
  readonly pulumiStack?: string;
  /** The file that it is, where it is one. */
  readonly file?: string;
  bytes(): AsyncGenerator<Buffer>;
}

/** A state in a file, or on standard input. */
export function fileSource(path: string): Source {
  const name = path === "-" ? "standard input" : path;
  const stack = path === "-" ? "stdin" : path.replaceAll("\\", "/").replace(/(\.json)?(\.gz)?$/, "");
  return { name, stack, bytes: () => bytesOf(path, name), ...(path === "-" ? {} : { file: path }) };
}

/**
 * A stack of the current backend.
 * @param stack its name in full; in a backend without projects, its name alone
 * @param shown what messages call it
 */
function stackSource(stack: string, pulumi: PulumiCli, shown = stack): Source {
  const parts = stack.split("/");
  const organization = parts.length === 3 ? realOrganization(parts[0]) : undefined;
  return {
    name: `the stack ${shown}`,
    stack: organization === undefined ? parts.slice(-2).join("/") : stack,
    ...(organization === undefined ? {} : { organization }),
    pulumiStack: stack,
    bytes: () => pulumi.output(["stack", "export", "--stack", stack], cannotExport(shown)),
  };
}

const cannotExport = (stack: string): string => `the stack ${stack} cannot be exported`;

/** Maximum number of processes that complete a name at a time. */
const namersAtOnce = 4;

/**
 * Returns the stacks of the current backend with these names. A name without its project or organisation is completed by
 * Pulumi, so that a stack is the same however it is named.
 * @throws DriftError if there is no such stack
 */
export function namedStacks(names: readonly string[], pulumi: PulumiCli): Promise<Source[]> {
  return pLimit(namersAtOnce).map(names, async (name) => stackSource(await fullName(name, pulumi), pulumi, name));
}

async function fullName(name: string, pulumi: PulumiCli): Promise<string> {
  if (name.split("/").length === 3) return name;
  const args = ["stack", "--show-name", "--fully-qualify-stack-names", "--stack", name];
  const text = (await pulumi.text(args, cannotExport(name))).trim();
  // A backend without projects has short names only.
  if (!/^[^/\s]+(\/[^/\s]+\/[^/\s]+)?$/.test(text))
    throw new DriftError(`${cannotExport(name)}: pulumi stack --show-name did not return its name`);
  return text;
}

const listed = z.array(z.looseObject({ name: z.string().min(1) }));

/**
 * All stacks of a backend whose names fit one of `include` and none of `exclude`.
 * @throws DriftError where there are none, or one of `include` fits none: what it was to choose would not be looked at
 */
export async function allStacks(
  pulumi: PulumiCli,
  { include, exclude }: { readonly include: readonly string[]; readonly exclude: readonly string[] },
): Promise<Source[]> {
  const text = await pulumi.text(
    ["stack", "ls", "--all", "--json", "--fully-qualify-stack-names"],
    "the stacks cannot be listed",
  );
  let result: ReturnType<typeof listed.safeParse>;
  try {
    result = listed.safeParse(JSON.parse(text));
  } catch {
    throw new DriftError("the stacks cannot be listed: pulumi stack ls --json did not answer JSON");
  }
  if (!result.success) throw new DriftError("the stacks cannot be listed: pulumi stack ls --json did not list stacks");
  const names = result.data.map(({ name }) => name).sort();
  if (names.length === 0) throw new DriftError("the backend has no stack: check PULUMI_BACKEND_URL, or pulumi login");
  const misses = include.find((pattern) => !names.some((name) => isFit(pattern, name)));
  if (misses !== undefined)
    throw new DriftError(`none of the backend's ${names.length} stacks fits --include ${misses}${near(misses, names)}`);
  const isAny = (patterns: readonly string[], name: string): boolean =>
    patterns.some((pattern) => isFit(pattern, name));
  const chosen = names.filter((name) => (include.length === 0 || isAny(include, name)) && !isAny(exclude, name));
  if (chosen.length === 0)
    throw new DriftError(`none of the backend's ${names.length} stacks fits --include and --exclude`);
  return chosen.map((name) => stackSource(name, pulumi));
}

/** `net/prod` means a stack of any organization. */
function isFit(pattern: string, name: string): boolean {
  return fits(pattern, name) || fits(`*/${pattern}`, name);
}

/** The stack that was perhaps meant, as short as the pattern is. */
function near(pattern: string, names: readonly string[]): string {
  const parts = pattern.split("/").length;
  const short = names.map((name) => name.split("/").slice(-parts).join("/"));
  return didYouMean(new NearestTexts(short).nearest(pattern, 1)[0]);
}

/** How many sources a run has, and which, by their names: all of its parts have the same. */
export function selectionOf(sources: readonly Source[]): { count: number; digest: string } {
  return { count: sources.length, digest: hash("sha256", JSON.stringify(sources.map(keyOf).sort())) };
}

/** What a source is told apart by, whatever machine reads it. */
function keyOf({ pulumiStack, name }: Source): string {
  return pulumiStack ?? name;
}

/** The sources of one part of so many: which part a source belongs to depends on its name alone. */
export function ofShard(sources: readonly Source[], { index, count }: { index: number; count: number }): Source[] {
  return sources.filter((source) => parseInt(hash("sha256", keyOf(source)).slice(0, 12), 16) % count === index - 1);
}
