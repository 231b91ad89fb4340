import { hash } from "node:crypto";
import { z } from "zod";
import { realOrganization } from "../../policy/rules/resource/organization-urn.js";
import { DriftError } from "../common/errors.js";
import { readBytes } from "./read-bytes.js";
import type { PulumiCli } from "./pulumi/pulumi-cli.js";

/** The source of the deployed resources of one stack. */
export interface StateSource {
  /** Name in messages. */
  readonly name: string;
  /** Name of the stack if its state has none. */
  readonly stack: string;
  /** The organisation of the stack, if the backend has organisations and the source names it. */
  readonly organization?: string;
  /** Name for the Pulumi CLI. */
  readonly pulumiStack?: string;
  /** The path, if the source is a file. */
  readonly file?: string | undefined;
  /** Bytes, as stored; undefined if that is unknown before it is read. */
  readonly size?: number;
  /**
   * A remark for the report, such as a lock: an update is in progress. Some remarks are known only after {@link bytes} was read.
   * Never has credentials.
   */
  readonly note?: string | undefined;
  /** Reads the state. Can be called again: each iteration reads again, and nothing is read before it. */
  bytes(): AsyncGenerator<Buffer>;
}

/** Returns the name of a stack whose state has none: the path of the state without its ending. */
export function stackOfPath(path: string): string {
  return path.replace(/(?<=[^/])(\.tfstate)?(\.json)?(\.gz)?$/, "");
}

/** Returns the source of a file or standard input. */
export function fileSource(path: string): StateSource {
  const name = path === "-" ? "standard input" : path;
  const stack = path === "-" ? "stdin" : stackOfPath(path.replaceAll("\\", "/"));
  return { name, stack, bytes: () => readBytes(path, name), ...(path === "-" ? {} : { file: path }) };
}

/**
 * Returns the source of a stack that the Pulumi CLI exports.
 * @param stack its full name; in a backend without projects, its short name
 * @param shown name in messages
 */
function exported(stack: string, pulumi: PulumiCli, shown = stack): StateSource {
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

const cannotExport = (stack: string): string => `cannot export the stack ${stack}`;

/**
 * Returns the stacks of the current backend with these names. A name without its project or organisation is completed by
 * Pulumi, so that a stack is the same however it is named.
 * @throws DriftError if there is no such stack
 */
export function namedStacks(names: readonly string[], pulumi: PulumiCli): Promise<StateSource[]> {
  return Promise.all(names.map(async (name) => exported(await fullName(name, pulumi), pulumi, name)));
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

/** Returns all stacks of the current backend, as the Pulumi CLI lists them. @throws DriftError if the backend has no stacks */
export async function allStacks(pulumi: PulumiCli): Promise<StateSource[]> {
  const text = await pulumi.text(
    ["stack", "ls", "--all", "--json", "--fully-qualify-stack-names"],
    "cannot list the stacks",
  );
  let result: ReturnType<typeof listed.safeParse>;
  try {
    result = listed.safeParse(JSON.parse(text));
  } catch {
    throw new DriftError("cannot list the stacks: pulumi stack ls --json did not print JSON");
  }
  if (!result.success) throw new DriftError("cannot list the stacks: unexpected output of pulumi stack ls --json");
  const names = result.data.map(({ name }) => name).sort();
  if (names.length === 0)
    throw new DriftError("the current backend has no stacks: check PULUMI_BACKEND_URL, or run pulumi login");
  return names.map((name) => exported(name, pulumi));
}

/** Returns the number and digest of the sources of a run; the same in all its parts. */
export function selectionOf(sources: readonly StateSource[]): { count: number; digest: string } {
  return { count: sources.length, digest: hash("sha256", JSON.stringify(sources.map(keyOf).sort())) };
}

/** Returns the identity of a source, independent of the machine. */
function keyOf({ pulumiStack, name }: StateSource): string {
  return pulumiStack ?? name;
}

/** Returns the sources of one part. The part of a source depends only on its name. */
export function ofShard(
  sources: readonly StateSource[],
  { index, count }: { index: number; count: number },
): StateSource[] {
  return sources.filter((source) => parseInt(hash("sha256", keyOf(source)).slice(0, 12), 16) % count === index - 1);
}
