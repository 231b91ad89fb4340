import { hash } from "node:crypto";
import { z } from "zod";
import { fits } from "../../policy/rules/wildcard.js";
import { DriftError } from "../errors.js";
import { bytesOf } from "./bytes.js";
import type { PulumiCli } from "./pulumi-cli.js";

/** Where the deployed resources of one stack come from. */
export interface Source {
  /** What messages call it. */
  readonly name: string;
  /** What the stack is called where its state does not say. */
  readonly stack: string;
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

/** A stack of the current backend. */
export function stackSource(stack: string, pulumi: PulumiCli): Source {
  return {
    name: `the stack ${stack}`,
    stack: stack.split("/").slice(-2).join("/"),
    pulumiStack: stack,
    bytes: () => pulumi.output(["stack", "export", "--stack", stack], `the stack ${stack} cannot be exported`),
  };
}

const listed = z.array(z.looseObject({ name: z.string().min(1) }));

/** All stacks of a backend whose names fit one of `include` and none of `exclude`. @throws DriftError where there are none */
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
  // `net/prod` means a stack of any organization.
  const isAny = (patterns: readonly string[], name: string): boolean =>
    patterns.some((pattern) => fits(pattern, name) || fits(`*/${pattern}`, name));
  const chosen = names.filter((name) => (include.length === 0 || isAny(include, name)) && !isAny(exclude, name));
  if (chosen.length === 0)
    throw new DriftError(`none of the backend's ${names.length} stacks fits --include and --exclude`);
  return chosen.map((name) => stackSource(name, pulumi));
}

/** The sources of one part of so many: which part a source belongs to depends on its name alone. */
export function ofShard(sources: readonly Source[], { index, count }: { index: number; count: number }): Source[] {
  return sources.filter(
    ({ pulumiStack, name }) => parseInt(hash("sha256", pulumiStack ?? name).slice(0, 12), 16) % count === index - 1,
  );
}
