import { z } from "zod";
import { kinds } from "../../provider/inventory/records.js";
import { comparators, type CompareFunction } from "./compare/index.js";
import { mistakeInJmespath } from "./jmespath.js";
import { endDate } from "./end-date.js";
import { listMistakes, notAmong, validate, type MistakeFile } from "./mistakes.js";
import { regionNamedTwice } from "./regions/index.js";
import { fits } from "./wildcard.js";

const jmespath = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const message = mistakeInJmespath(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const kind = z.enum(kinds);

/** The rules there are. */
export const ruleNames = [
  "record-exists",
  "reference-required",
  "record-in-service",
  "attributes-match",
  "location-consistent",
  "country-matches-region",
  "reference-unique",
  "inventory-covered",
  "inventory-fresh",
] as const;
/** The name of a rule. */
export type RuleName = (typeof ruleNames)[number];

const comparator = z.enum(comparators).default("equals");
const tolerance = z.union([z.number().nonnegative(), z.templateLiteral([z.number().nonnegative(), "%"])], {
  error: "must be a number of 0 or more, or a percentage such as 5%",
});
const tolerant = ["number", "date"];

function matchSchema<As extends z.ZodType>(as: As) {
  return z
    .strictObject({
      property: jmespath.describe("JMESPath on the resource's properties"),
      record: jmespath.describe("JMESPath on the record: its named fields and the fields it came with"),
      as,
      tolerance: tolerance.optional().describe("as: number: so much, or a percentage such as 5%; as: date: seconds"),
      ordered: z
        .boolean()
        .optional()
        .describe("True if the order of a list matters. Default: lists are compared as sets"),
    })
    .superRefine((match: { as?: unknown; tolerance?: unknown; ordered?: unknown }, context) => {
      if (typeof match.as === "function" && match.ordered !== undefined)
        context.addIssue({
          code: "custom",
          path: ["ordered"],
          message: "does not belong to a function: it gets whole lists",
        });
      if (match.tolerance === undefined || tolerant.includes(String(match.as))) return;
      context.addIssue({ code: "custom", path: ["tolerance"], message: `belongs to as: ${tolerant.join(" or ")}` });
    });
}

const ignore = z.strictObject({
  rule: z
    .string()
    .default("*")
    .refine((pattern) => ruleNames.some((name) => fits(pattern, name)), {
      error: ({ input }) => notAmong(input, ruleNames, ", * as wildcard"),
    }),
  resource: z.string().min(1).default("*"),
  reason: z.string().min(1),
  until: endDate.optional(),
});

const country = z.string().regex(/^[A-Z]{2}$/, { error: "is not an ISO 3166-1 alpha-2 code such as FR" });

const residency = z.strictObject({
  countryFrom: kind.default("location").describe("The kind of record whose country counts"),
  regions: z
    .record(z.string().min(1), country.nullable())
    .superRefine((regions, context) => {
      const [one, other] = regionNamedTwice(regions) ?? [];
      if (one === undefined) return;
      context.addIssue({
        code: "custom",
        message: `"${one}" and "${other}" name one region, and two countries for it`,
      });
    })
    .default({})
    .describe("Cloud regions that the table lacks or has wrong: their country, null for several"),
});

const fresh = z.strictObject({
  maxAge: z
    .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,11}[smhd]$/, { error: "is no duration such as 12h" })])
    .default(86_400)
    .describe("How old the inventory may be: seconds, or a duration such as 5m, 12h or 30d"),
});

function schemaOf<Match extends z.ZodType>(match: Match) {
  const reference = z.strictObject({
    types: z.array(z.string().min(1)).min(1).describe("Pulumi or Terraform types, * as wildcard"),
    kind,
    id: jmespath
      .optional()
      .describe("JMESPath on the resource's properties; a list names several records. Default: tags by convention"),
    required: z.boolean().default(false),
    match: z.array(match).default([]),
  });
  return z.strictObject({
    references: z.array(reference).default([]),
    inService: z
      .partialRecord(kind, z.array(z.string().min(1)).min(1))
      .default({})
      .describe("The status values of records that may be referred to"),
    unique: z
      .partialRecord(kind, z.number().int().positive())
      .default({})
      .describe("How many resources may refer to one record"),
    cover: z
      .array(z.strictObject({ kind, where: jmespath.optional().describe("JMESPath on the record") }))
      .default([])
      .describe("Records that some resource should refer to"),
    residency: residency.optional().describe("A resource's cloud region lies in the country of its record"),
    fresh: fresh.default({ maxAge: 86_400 }),
    severity: z.partialRecord(z.enum(ruleNames), z.enum(["error", "warning", "info"])).default({}),
    ignore: z.array(ignore).default([]),
  });
}

/** The rules file: how resources name records, and what must hold. */
export const rulesFileSchema = schemaOf(matchSchema(comparator));

const ownComparator = z.custom<CompareFunction>((value) => typeof value === "function");

const anyComparator = z.union([comparator, ownComparator], {
  error: ({ input }) => notAmong(input, comparators, ", or a function in TypeScript"),
});

/** The same in TypeScript, where a comparison may be a function. */
const rulesSchema = schemaOf(matchSchema(anyComparator));

/** Rules, checked and filled up with defaults. */
export type RulesFile = z.output<typeof rulesSchema>;
/** Rules as they are written: what is left out has a default. */
export type RulesInput = z.input<typeof rulesSchema>;
/** One way in which resources name records. */
export type Reference = RulesFile["references"][number];
/** One comparison of a property with a record. */
export type Match = Reference["match"][number];

/** A rules file that cannot be used; the message names each mistake by its path. */
export class RulesFileError extends Error {
  override readonly name = "RulesFileError";
}

/**
 * Validates rules, and fills them up with defaults.
 * @param source what the message calls the rules
 * @param file where the rules stand, if they come from a file
 * @throws RulesFileError
 */
export function parseRulesFile(value: unknown, source: string, file?: MistakeFile): RulesFile {
  const result = validate(rulesSchema, value ?? {});
  if ("data" in result) return result.data;
  throw new RulesFileError(`${source} is not a rules file:\n${listMistakes(result.mistakes, file)}`);
}

/** The same rules, by which everything is found: what is ignored is then passed over and counted. */
export function withoutIgnore(rules: RulesFile): RulesFile {
  return { ...rules, ignore: [] };
}

/** Without a rules file: tags, labels and annotations by convention. */
export const conventionalRules: RulesFile = parseRulesFile(
  { references: ["configurationItem", "location", "servicePoint"].map((name) => ({ types: ["*"], kind: name })) },
  "the convention",
);

/** The types of our own tracked records. */
const trackedTypes = [
  ["ConfigurationItem", "configurationItem"],
  ["Location", "location"],
  ["ServicePoint", "servicePoint"],
];

/** Our own tracked records refer to what they track, whatever the rules file says. */
export const trackedReferences: readonly Reference[] = parseRulesFile(
  {
    references: trackedTypes.map(([name, of]) => ({
      // From a program in TypeScript, and through the provider plugin.
      types: [`pulumi-nodejs:dynamic/orange-cmdb:${name}`, `orange-cmdb:index:${name}`],
      kind: of,
      id: `${of}Id`,
    })),
  },
  "the tracked records",
).references;
