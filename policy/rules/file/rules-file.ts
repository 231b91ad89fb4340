import { z } from "zod";
import { comparators, type CompareFunction } from "../compare/index.js";
import { endDate } from "../resource/expiry-date.js";
import { listMistakes, notAmong, validate, type MistakeFile } from "./mistakes.js";
import { asMeta, comparator, jmespath, kind, matchSchema, referenceSchema } from "./reference-schema.js";
import { regionNamedTwice } from "../regions/index.js";
import { rememberFile } from "./rule-places.js";
import { ruleNames } from "./rule-names.js";
import { matchesWildcard } from "../../../provider/platform/wildcard.js";

export { ruleNames, type RuleName } from "./rule-names.js";

const ignore = z.strictObject({
  rule: z
    .string()
    .default("*")
    .refine((pattern) => ruleNames.some((name) => matchesWildcard(pattern, name)), {
      error: ({ input }) => notAmong(input, ruleNames, ", * as wildcard"),
      params: { allowed: ruleNames },
    })
    .meta({ description: "The rule that is ignored; `*` is a wildcard", examples: ["record-in-service"] }),
  resource: z
    .string()
    .min(1)
    .default("*")
    .meta({
      description: "The URN of the resource; `*` is a wildcard",
      examples: ["urn:pulumi:dev::*"],
    }),
  reason: z
    .string()
    .min(1)
    .meta({ description: "Why the findings are accepted; reports show it", examples: ["lab"] }),
  until: endDate.optional().meta({
    description: "The last day (UTC) or the moment until which the entry applies. If not set, it applies forever",
    examples: ["2027-01-31"],
  }),
});

const country = z.string().regex(/^[A-Z]{2}$/, { error: "is not an ISO 3166-1 alpha-2 code such as FR" });

const residency = z.strictObject({
  countryFrom: kind
    .default("location")
    .meta({ description: "The kind of record whose country counts", examples: ["servicePoint"] }),
  regions: z
    .record(z.string().min(1), country.nullable())
    .superRefine((regions, context) => {
      const [one, other] = regionNamedTwice(regions) ?? [];
      if (one === undefined) return;
      context.addIssue({
        code: "custom",
        message: `"${one}" and "${other}" are one region, but have two countries`,
      });
    })
    .default({})
    .meta({
      description:
        "Countries of cloud regions that the built-in table lacks or has wrong: an ISO 3166-1 alpha-2 code, or `null` if a region is in several countries",
      examples: [{ "eu-new-1": "PT", eu: null }],
    }),
});

const fresh = z.strictObject({
  maxAge: z
    .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,11}[smhd]$/, { error: "is not a duration such as 12h" })])
    .default(86_400)
    .meta({
      description: "Maximum age of the inventory: seconds, or a duration with the unit `s`, `m`, `h` or `d`",
      examples: ["12h"],
    }),
});

function schemaOf<Match extends z.ZodType>(match: Match) {
  return z.strictObject({
    references: z
      .array(referenceSchema(match))
      .default([])
      .meta({ description: "How resources refer to records, and what they are compared with" }),
    inService: z
      .partialRecord(kind, z.array(z.string().min(1)).min(1))
      .default({})
      .meta({
        description: "The status values of records that are in service, by kind",
        examples: [{ configurationItem: ["OPERATIONAL", "INSTALLING"] }],
      }),
    unique: z
      .partialRecord(kind, z.number().int().positive())
      .default({})
      .meta({
        description: "Maximum number of resources that can refer to one record, by kind",
        examples: [{ configurationItem: 1 }],
      }),
    cover: z
      .array(
        z.strictObject({
          kind: kind.meta({ description: "The kind of the records", examples: ["configurationItem"] }),
          where: jmespath.optional().meta({
            description: "JMESPath on the record that selects records. If not set: all records of the kind",
            examples: ["category == 'WAN_DEVICE'"],
          }),
        }),
      )
      .default([])
      .meta({ description: "Records to which at least one resource must refer" }),
    residency: residency.optional().meta({
      description: "The cloud region of a resource must lie in the country of its record. If not set: no check",
    }),
    fresh: fresh.default({ maxAge: 86_400 }).meta({ description: "Maximum age of the inventory" }),
    severity: z
      .partialRecord(z.enum(ruleNames), z.enum(["error", "warning", "info"]))
      .default({})
      .meta({
        description: "The severity of the findings of a rule. If not set: the default of the rule",
        examples: [{ "attributes-match": "error" }],
      }),
    ignore: z.array(ignore).default([]).meta({ description: "Findings that are accepted, each with a reason" }),
  });
}

/** The rules file: references from resources to records, and requirements. */
export const rulesFileSchema = schemaOf(matchSchema(comparator.meta(asMeta)));

const ownComparator = z.custom<CompareFunction>((value) => typeof value === "function");

const anyComparator = z.union([comparator, ownComparator], {
  error: ({ input }) => notAmong(input, comparators, ", or a function in TypeScript"),
});

/** The rules in TypeScript, where a comparison can be a function. */
const rulesSchema = schemaOf(matchSchema(anyComparator));

/** Validated rules, with defaults. */
export type RulesFile = z.output<typeof rulesSchema>;
/** Rules as a user writes them; every top-level key has a default. */
export type RulesInput = z.input<typeof rulesSchema>;
/** One way in which resources refer to records. */
export type Reference = RulesFile["references"][number];
/** One comparison of a property with a record. */
export type Match = Reference["match"][number];

/** An invalid rules file; the message lists each mistake with its path. */
export class RulesFileError extends Error {
  override readonly name = "RulesFileError";
}

/** Validates rules. Returns them with defaults, or all mistakes. */
export function validateRules(value: unknown): ReturnType<typeof validate<typeof rulesSchema>> {
  return validate(rulesSchema, value ?? {});
}

/**
 * Validates rules and adds defaults.
 * @param source the name of the rules in messages
 * @param file the file that the rules come from, if any
 * @throws RulesFileError
 */
export function parseRulesFile(value: unknown, source: string, file?: MistakeFile): RulesFile {
  const result = validateRules(value);
  if ("data" in result) {
    if (file) rememberFile(result.data, file);
    return result.data;
  }
  throw new RulesFileError(`${source} is not a rules file:\n${listMistakes(result.mistakes, file)}`);
}

/** Returns the rules without `ignore`, so that a report can count what they ignore. */
export function withoutIgnore(rules: RulesFile): RulesFile {
  return { ...rules, ignore: [] };
}

/** The rules that apply without a rules file: tags, labels and annotations by convention. */
export const conventionalRules: RulesFile = parseRulesFile(
  { references: ["configurationItem", "location", "servicePoint"].map((name) => ({ types: ["*"], kind: name })) },
  "the convention",
);

/** The types of tracked records. */
const trackedTypes = [
  ["ConfigurationItem", "configurationItem"],
  ["Location", "location"],
  ["ServicePoint", "servicePoint"],
];

/** Tracked records refer to the record that they track, whatever the rules file contains. */
export const trackedReferences: readonly Reference[] = parseRulesFile(
  {
    references: trackedTypes.map(([name, of]) => ({
      // Types of a TypeScript program, and of the provider plugin.
      types: [`pulumi-nodejs:dynamic/orange-cmdb:${name}`, `orange-cmdb:index:${name}`],
      kind: of,
      id: `${of}Id`,
    })),
  },
  "the tracked records",
).references;
