import { compile } from "@jmespath-community/jmespath";
import { z } from "zod";
import { fits } from "./wildcard.js";
import { kinds } from "../../provider/inventory/records.js";

const jmespath = z
  .string()
  .min(1)
  .refine(
    (text) => {
      try {
        compile(text);
        return true;
      } catch {
        return false;
      }
    },
    { error: "is not JMESPath" },
  );

const kind = z.enum(kinds);

/** The rules there are. */
export const ruleNames = ["record-exists", "reference-required", "attributes-match"] as const;
/** The name of a rule. */
export type RuleName = (typeof ruleNames)[number];

/** How two values are compared. */
export const comparators = ["equals", "ignore-case", "cidr", "regex", "number"] as const;

const match = z.strictObject({
  property: jmespath.describe("JMESPath on the resource's properties"),
  record: jmespath.describe("JMESPath on the record: its named fields and the fields it came with"),
  as: z.enum(comparators).default("equals"),
});

const reference = z.strictObject({
  types: z.array(z.string().min(1)).min(1).describe("Pulumi types, * as wildcard"),
  kind,
  id: jmespath.describe("JMESPath on the resource's properties; a list names several records"),
  required: z.boolean().default(false),
  match: z.array(match).default([]),
});

const ignore = z.strictObject({
  rule: z
    .string()
    .default("*")
    .refine((pattern) => ruleNames.some((name) => fits(pattern, name)), {
      error: `fits no rule (${ruleNames.join(", ")})`,
    }),
  resource: z.string().min(1).default("*"),
  reason: z.string().min(1),
  until: z.union([z.iso.date(), z.iso.datetime()]).optional(),
});

/** The rules file: how resources name records, and what must agree. */
export const rulesFileSchema = z.strictObject({
  references: z.array(reference).default([]),
  severity: z.partialRecord(z.enum(ruleNames), z.enum(["error", "warning", "info"])).default({}),
  ignore: z.array(ignore).default([]),
});

/** A rules file, checked and filled up with defaults. */
export type RulesFile = z.output<typeof rulesFileSchema>;
/** One way in which resources name records. */
export type Reference = RulesFile["references"][number];
/** One comparison of a property with a record. */
export type Match = Reference["match"][number];

/** A rules file that cannot be used; the message names each mistake by its path. */
export class RulesFileError extends Error {
  override readonly name = "RulesFileError";
}

/** @throws RulesFileError */
export function parseRulesFile(value: unknown, source: string): RulesFile {
  const result = rulesFileSchema.safeParse(value ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues.map((issue) => `  - ${issue.path.join(".") || "(top level)"}: ${issue.message}`);
  throw new RulesFileError(`${source} is not a rules file:\n${mistakes.join("\n")}`);
}

const named = (keys: readonly string[]): string =>
  keys.flatMap((key) => [`tags."${key}"`, `tagsAll."${key}"`, `labels."${key}"`]).join(" || ");

/** Without a rules file: tags and labels by convention. */
export const conventionalRules: RulesFile = parseRulesFile(
  {
    references: [
      { types: ["*"], kind: "configurationItem", id: named(["cmdb:configuration-item", "cmdb-configuration-item"]) },
      { types: ["*"], kind: "location", id: named(["cmdb:location", "cmdb-location"]) },
      { types: ["*"], kind: "servicePoint", id: named(["cmdb:service-point", "cmdb-service-point"]) },
    ],
  },
  "the convention",
);

/** Our own tracked records refer to what they track, whatever the rules file says. */
export const trackedReferences: readonly Reference[] = parseRulesFile(
  {
    references: [
      ["ConfigurationItem", "configurationItem"],
      ["Location", "location"],
      ["ServicePoint", "servicePoint"],
    ].map(([name, kind]) => ({ types: [`pulumi-nodejs:dynamic/orange-cmdb:${name}`], kind, id: `${kind}Id` })),
  },
  "the tracked records",
).references;
