import { z } from "zod";
import { DriftError } from "../errors.js";
import type { Refreshed } from "../report/schema.js";
import type { PulumiCli } from "./pulumi-cli.js";

const state = z.looseObject({ urn: z.string().optional(), type: z.string().optional() }).nullish();

const digest = z.looseObject({
  steps: z
    .array(
      z.looseObject({
        op: z.string(),
        urn: z.string(),
        oldState: state,
        newState: state,
        detailedDiff: z.record(z.string(), z.unknown()).nullish(),
        diffReasons: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});

const changes: Readonly<Record<string, Refreshed["change"]>> = {
  update: "changed",
  replace: "changed",
  delete: "deleted",
  create: "added",
};

/** Pulumi's own drift of a stack: `pulumi refresh --preview-only`, which changes nothing. @throws DriftError */
export async function refreshStack(stack: string, pulumi: PulumiCli): Promise<Omit<Refreshed, "stack">[]> {
  const what = `the stack ${stack} cannot be refreshed`;
  const text = await pulumi.text(["refresh", "--preview-only", "--json", "--stack", stack], what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DriftError(`${what}: pulumi refresh --json did not answer JSON`);
  }
  const result = digest.safeParse(value);
  if (!result.success) throw new DriftError(`${what}: pulumi refresh --json did not answer a digest`);
  return (result.data.steps ?? []).flatMap(({ op, urn, oldState, newState, detailedDiff, diffReasons }) => {
    const change = changes[op];
    if (change === undefined) return [];
    const properties = [...new Set([...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? [])])].sort();
    return [{ urn, type: newState?.type ?? oldState?.type ?? "", change, properties }];
  });
}
