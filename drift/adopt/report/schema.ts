import { z } from "zod";
import { comparators } from "../../../policy/rules/compare/index.js";
import { keyComparators } from "../../../provider/model/keys/index.js";
import { kinds } from "../../../provider/model/records.js";

const count = z.int().nonnegative();
const kind = z.enum(kinds);

const evidence = z.strictObject({
  property: z.string().describe("JMESPath on the properties of the resource; [] stands for all elements of a list"),
  field: z.string().describe("JMESPath on the record"),
  value: z.string().describe("The value of the resource"),
  recordValue: z.string().describe("The value of the record"),
  resources: count.describe("Deployed resources with this value"),
  records: count.describe("Records of the kind with this value"),
});

const tag = z
  .strictObject({
    property: z.string().describe("JMESPath on the properties of the resource"),
    shape: z
      .enum(["map", "pairs", "texts"])
      .describe("map: names with values; pairs: a list of objects with key and value; texts: a list of key=value"),
    key: z.string(),
    value: z.string(),
  })
  .describe("The tag that names the record, in the spelling of the cloud");

const match = z.strictObject({
  urn: z.string(),
  type: z.string(),
  stack: z.string(),
  kind,
  recordId: z.string(),
  confidence: z
    .enum(["certain", "likely"])
    .describe("certain: an identifying field, unique on both sides; likely: unique, by weaker evidence"),
  evidence: z.array(evidence).describe("The strongest first"),
  tag,
  pattern: count.optional().describe("Index of the pattern that makes a tag unnecessary"),
  tracked: z.literal(true).optional().describe("Present if a tracked record has the record already"),
  decision: z
    .enum(["proposed", "accepted"])
    .optional()
    .describe("Decision in adopt.decisions.yaml; absent for a new match"),
});

const candidate = z.strictObject({ kind, recordId: z.string(), evidence: z.array(evidence) });

const ambiguous = z.strictObject({
  urn: z.string(),
  type: z.string(),
  stack: z.string(),
  reason: z
    .enum(["several-records", "several-resources", "contradiction"])
    .describe(
      "several-records: a value belongs to several records; several-resources: several resources have the value; contradiction: the evidence points to different records",
    ),
  candidates: z.array(candidate).describe("All records that the evidence points to"),
});

const pattern = z.strictObject({
  types: z.array(z.string()),
  kind,
  by: z.string().describe("JMESPath on the record: the field that names it"),
  value: z.string().describe("JMESPath on the resource"),
  as: z.enum(keyComparators),
  support: z.strictObject({
    matched: count.describe("Resources whose value belongs to exactly one record"),
    of: count.describe("Resources of these types without a reference"),
    contradicted: count.describe(
      "Resources whose value belongs to one record, but whose other evidence points elsewhere",
    ),
  }),
  match: z
    .array(z.strictObject({ property: z.string(), record: z.string(), as: z.enum(comparators) }))
    .describe("Comparisons that hold for all matched resources whose record has the field"),
  matches: z.array(z.strictObject({ urn: z.string(), recordId: z.string() })),
});

const coverage = z.strictObject({ covered: count, records: count });

const summary = z.strictObject({
  stacks: count,
  resources: count.describe("Deployed resources that can refer to a record; components and external resources cannot"),
  referencing: count.describe("Resources that refer to a record already"),
  certain: count,
  likely: count,
  ambiguous: count,
  none: count,
  coverageNow: coverage.describe("Records that a resource refers to"),
  coverageWithRules: coverage.describe("The same, with the rules of the patterns"),
  coverageAfter: coverage.describe("The same, with the rules of the patterns and the tags of the certain matches"),
});

/** A proposal of `orange-cmdb adopt`; source of schemas/adoption.schema.json. */
export const adoptionSchema = z.strictObject({
  version: z.literal(1),
  generator: z.string(),
  generatedAt: z.iso.datetime(),
  ruleSources: z.array(z.string()),
  summary,
  patterns: z.array(pattern),
  matches: z.array(match),
  ambiguous: z.array(ambiguous),
  notes: z.array(z.string()).describe("Remarks about the states, such as a lock"),
});

/** A proposal of `orange-cmdb adopt`. */
export type Adoption = z.output<typeof adoptionSchema>;
/** A proposed reference. */
export type Match = Adoption["matches"][number];
/** A resource whose record cannot be decided. */
export type Ambiguous = Adoption["ambiguous"][number];
/** A tag that names a record. */
export type Tag = z.output<typeof tag>;
/** Evidence of a match. */
export type Evidence = z.output<typeof evidence>;
/** A proposed entry of the rules. */
export type Pattern = Adoption["patterns"][number];
