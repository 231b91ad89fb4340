import { z } from "zod";
import { ruleNames } from "../../policy/rules/file/rules-file.js";
import { kinds } from "../../provider/model/records.js";
import { durationIn } from "../../provider/platform/time.js";

const text = z.string().min(1);
const properties = z.record(z.string(), z.unknown());

const resource = z.strictObject({
  type: text.meta({
    description: "Pulumi or Terraform type",
    examples: ["aws:ec2/customerGateway:CustomerGateway", "aws_customer_gateway"],
  }),
  name: text.default("resource").describe("Name of the resource; of a Terraform resource its name or address"),
  urn: text.optional().describe("URN, for `ignore` entries of the rules. If not set: one in the stack `test`"),
  properties: properties.default({}).meta({
    description:
      "Properties. `{ unknown: true }` is a value that a preview does not know, `{ secret: VALUE }` a secret value",
    examples: [{ ipAddress: "192.0.2.1", tags: { "cmdb:location": { unknown: true } } }],
  }),
  provider: properties
    .optional()
    .meta({ description: "Configuration of the provider", examples: [{ region: "eu-west-3" }] }),
  component: z.boolean().optional().describe("Whether the resource is a component, which only groups resources"),
  external: z.boolean().optional().describe("Whether the stack only reads the resource"),
});

const expectedFinding = z
  .strictObject({
    rule: z
      .enum(ruleNames)
      .optional()
      .describe("Rule of the finding. Required, except for a finding that is `undecided`"),
    property: text.optional().describe("Compared property, or property or tag of the reference, as the rules spell it"),
    record: text.optional().describe("Id of the record"),
    resource: text.optional().describe("Name of the resource"),
    severity: z.enum(["error", "warning", "info"]).optional().describe("Severity of the finding"),
    message: text.optional().describe("Part of the message"),
    undecided: z
      .boolean()
      .default(false)
      .describe("Whether the finding is about an unknown value, which is not a violation"),
  })
  .superRefine(({ rule, undecided }, context) => {
    if (rule === undefined && !undecided)
      context.addIssue({ code: "custom", path: ["rule"], message: `is missing; allowed are ${ruleNames.join(", ")}` });
  });

const expectDescription = "All findings of the case, in any order, or `none`";

const duration = text.refine((value) => durationIn(value) !== undefined, { error: "is not a duration such as 2d" });

function schemaOf<Expect extends z.ZodType>(expect: Expect) {
  const testCase = z
    .strictObject({
      name: text.describe("The behaviour that the case shows"),
      resource: resource.optional().describe("The resource to evaluate"),
      resources: z.array(resource).min(1).optional().describe("Several resources to evaluate, as one stack"),
      complete: z
        .boolean()
        .default(false)
        .describe("Whether these are all resources: only then `inventory-covered` is checked"),
      inventoryAge: duration
        .optional()
        .meta({ description: "Age of the inventory, for `inventory-fresh`. If not set: 0", examples: ["2d"] }),
      expect,
    })
    .superRefine((given, context) => {
      if ((given.resource === undefined) === (given.resources === undefined))
        context.addIssue({ code: "custom", path: [], message: "must have either resource or resources" });
    });
  const records = z
    .partialRecord(
      z.enum(kinds),
      z.array(z.looseObject({ id: z.union([text, z.number()], { error: "must be a text" }) })),
    )
    .optional()
    .describe("Records as the API sends them, by kind. If not set: those of --inventory");
  return z.strictObject({
    rules: text.optional().meta({
      description:
        "Path of the rules file, relative to this file. If not set: the one that `orange-cmdb drift` finds in this folder",
      examples: ["./cmdb.rules.yaml"],
    }),
    records,
    cases: z.array(testCase).min(1).describe("Cases, each evaluated alone"),
  });
}

const expectedFindings = z.array(expectedFinding);

/** The test file; source of schemas/rules-test.schema.json. */
export const testFileSchema = schemaOf(
  z.union([z.literal("none"), expectedFindings.min(1)]).describe(expectDescription),
);

/** Accepts the same as {@link testFileSchema}, with `none` as an empty list, so that a mistake in a list has its own message. */
export const parsedTestFileSchema = schemaOf(
  z.preprocess((value) => (value === "none" ? [] : value), expectedFindings),
);

type ParsedTestFile = z.output<typeof parsedTestFileSchema>;
/** A case of a test file. */
export type TestCase = ParsedTestFile["cases"][number];
/** A resource of a case. */
export type TestResource = NonNullable<TestCase["resource"]>;
/** A finding that a case expects. */
export type ExpectedFinding = TestCase["expect"][number];
