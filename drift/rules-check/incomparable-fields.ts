import { agrees } from "../../policy/rules/compare/index.js";
import { keyForm } from "../../provider/model/keys/index.js";
import { valueOf } from "../../policy/rules/core/record-value.js";
import { textsOf } from "../../policy/rules/core/reference-values.js";
import { withPlaces } from "../../policy/rules/file/expression-places.js";
import { fieldsIn } from "../../policy/rules/file/fields.js";
import type { Mistake } from "../../policy/rules/file/mistakes.js";
import { keyOf } from "../../policy/rules/file/reference-key.js";
import type { Reference, RulesFile } from "../../policy/rules/file/rules-file.js";
import { sampleLacking } from "../../provider/inventory/query/suggestions.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";

/** A field of records that the rules compare, and whether the comparator can use a value. */
interface ComparedField {
  readonly path: readonly PropertyKey[];
  readonly field: string;
  readonly as: string;
  isUsable(value: unknown): boolean;
}

/**
 * Returns a mistake for each comparator that cannot use any value that records have in its field, such as `ip` for names: it
 * never finds agreement. A field that no record has is not among them.
 */
export function incomparableFields(rules: RulesFile, inventory: InventoryReader): Mistake[] {
  return rules.references.flatMap((entry, index) =>
    comparedFields(entry, index).flatMap(({ path, field, as, isUsable }): Mistake[] => {
      const lacks = (has: (value: unknown) => boolean): boolean =>
        withPlaces(rules, () =>
          sampleLacking(inventory, entry.kind, (record) => has(valueOf(record, field)), fieldsIn(field)),
        ) !== undefined;
      if (!lacks(isUsable) || lacks((value) => value !== undefined)) return [];
      const message = `the rules' ${path.slice(0, -1).join(".")} compares "${field}" as ${as}, but no ${entry.kind} has a value there that ${as} can compare; correct the field or \`as\``;
      return [{ path, message }];
    }),
  );
}

function comparedFields(entry: Reference, index: number): ComparedField[] {
  const place = ["references", index];
  const key = keyOf(entry);
  const isKey = (value: unknown): boolean =>
    key !== undefined && textsOf(value).some((text) => keyForm(key.as, text) !== undefined);
  return [
    ...(key === undefined ? [] : [{ path: [...place, "as"], field: key.by, as: key.as, isUsable: isKey }]),
    ...entry.match.flatMap(({ record, as }, at) =>
      // A function of rules in TypeScript can compare anything.
      typeof as === "function"
        ? []
        : [
            {
              path: [...place, "match", at, "as"],
              field: record,
              as,
              isUsable: (value: unknown) => value !== undefined && typeof agrees(as, value, value) !== "string",
            },
          ],
    ),
  ];
}
