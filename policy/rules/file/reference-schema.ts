import { z } from "zod";
import { kinds } from "../../../provider/model/records.js";
import { comparators } from "../compare/index.js";
import { keyComparators } from "../../../provider/model/keys/index.js";
import { mistakeInJmespath } from "../resource/jmespath.js";

/** A JMESPath that compiles and runs. */
export const jmespath = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const message = mistakeInJmespath(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** A kind of record. */
export const kind = z.enum(kinds);

/** The name of a comparator, `equals` by default. */
export const comparator = z.enum(comparators).default("equals");
/** Description and example of `as`. */
export const asMeta = { description: "How the property and the record are compared", examples: ["ip"] };
const tolerance = z.union([z.number().nonnegative(), z.templateLiteral([z.number().nonnegative(), "%"])], {
  error: "must be a number of 0 or more, or a percentage such as 5%",
});
const tolerant = ["number", "date"];

/** Returns the schema of a comparison. @param as the schema of its comparator */
export function matchSchema<As extends z.ZodType>(as: As) {
  return z
    .strictObject({
      property: jmespath.meta({
        description: "JMESPath on the properties of the resource",
        examples: ["ipAddress"],
      }),
      record: jmespath.meta({
        description: "JMESPath on the record: its named fields, then the fields that the API returned",
        examples: ["attributes.managementIp"],
      }),
      as,
      tolerance: tolerance.optional().meta({
        description:
          "Allowed difference. With `as: number`: a number, or a percentage of the record's value. With `as: date`: seconds",
        examples: ["5%"],
      }),
      ordered: z
        .boolean()
        .optional()
        .meta({ description: "Whether the order of list elements matters. If not set, it does not", examples: [true] }),
    })
    .superRefine((match: { as?: unknown; tolerance?: unknown; ordered?: unknown }, context) => {
      if (typeof match.as === "function" && match.ordered !== undefined)
        context.addIssue({
          code: "custom",
          path: ["ordered"],
          message: "is not allowed if `as` is a function, which receives whole lists",
        });
      if (match.tolerance === undefined || tolerant.includes(String(match.as))) return;
      context.addIssue({ code: "custom", path: ["tolerance"], message: `belongs to as: ${tolerant.join(" or ")}` });
    });
}

/** Reports keys of a reference that do not belong together. */
function checkKeys(
  { id, by, value, as }: { id?: unknown; by?: unknown; value?: unknown; as?: unknown },
  context: z.RefinementCtx,
): void {
  const report = (path: string, message: string): void => {
    context.addIssue({ code: "custom", path: [path], message });
  };
  if (id !== undefined) {
    for (const [name, other] of Object.entries({ by, value, as }))
      if (other !== undefined) report(name, "is not allowed beside `id`; write the JMESPath of `id` as `value`");
  } else if (value === undefined && (as !== undefined || (by !== undefined && by !== "id")))
    report("value", "is missing: the JMESPath on the resource that returns the value to look up");
}

/** Returns the schema of an entry of `references`. @param match the schema of its comparisons */
export function referenceSchema<Match extends z.ZodType>(match: Match) {
  const reference = z.strictObject({
    types: z
      .array(z.string().min(1))
      .min(1)
      .meta({
        description: "Pulumi or Terraform types to which the entry applies; `*` is a wildcard",
        examples: [["aws:ec2/customerGateway:CustomerGateway"]],
      }),
    kind: kind.meta({
      description: "The kind of record that the resources refer to",
      examples: ["configurationItem"],
    }),
    id: jmespath.optional().meta({
      description:
        "JMESPath on the properties of the resource that returns the id of the record, or a list of ids. If not set: tags by convention",
      examples: ['tags."cmdb:configuration-item"'],
    }),
    by: jmespath.optional().meta({
      description:
        "The field of the record by which the resource names it: a named field, or a JMESPath on the record. If not set: the id",
      examples: ["ipAddress"],
    }),
    value: jmespath.optional().meta({
      description:
        "JMESPath on the properties of the resource that returns the value of `by`, or a list of values. `id` is the short form of `by: id` with `value`",
      examples: ["ipAddress"],
    }),
    as: z
      .enum(keyComparators)
      .optional()
      .meta({ description: "How `value` and `by` are compared. If not set: `equals`", examples: ["ip"] }),
    required: z
      .boolean()
      .default(false)
      .meta({ description: "Whether each of the resources must refer to a record", examples: [true] }),
    match: z.array(match).default([]).meta({ description: "Comparisons of properties with fields of the record" }),
  });
  return reference.superRefine(checkKeys);
}
