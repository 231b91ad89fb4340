import { fieldPaths } from "../../provider/inventory/query/suggestions.js";
import { didYouMean, nearestName } from "../../provider/platform/similar-strings.js";
import { withPlaces } from "../../policy/rules/file/expression-places.js";
import type { Mistake } from "../../policy/rules/file/mistakes.js";
import type { Reference, RulesFile } from "../../policy/rules/file/rules-file.js";
import { findIds } from "../../policy/rules/core/references.js";
import type { ResolvedResource } from "../../policy/rules/core/types.js";
import { alternativesOf, find, type Found } from "../../policy/rules/resource/path.js";
import type { Resource } from "../../policy/rules/resource/resource.js";

/** An expression on the properties of a resource that had no value so far. */
interface OpenExpression {
  readonly path: readonly PropertyKey[];
  readonly text: string;
  read(resource: Resource): Found;
}

/** The expressions of an entry that had no value so far, and what its resources have instead. */
interface OpenEntry {
  expressions: readonly OpenExpression[];
  resources: number;
  readonly properties: Set<string>;
}

/** Maximum number of properties that suggestions for an entry choose from. */
const MAX_PROPERTIES = 5_000;

/** Finds expressions on properties that have a value for none of the resources of their entry. Keeps no resource. */
export class UnmatchedExpressions {
  readonly #rules: RulesFile;
  readonly #open: ReadonlyMap<Reference, OpenEntry>;

  constructor(rules: RulesFile) {
    this.#rules = rules;
    this.#open = new Map(
      rules.references.map((entry, index) => [
        entry,
        { expressions: expressionsOf(entry, index), resources: 0, properties: new Set() },
      ]),
    );
  }

  /** Evaluates the expressions that had no value so far. An unknown value counts as a value. */
  add({ resource, references }: ResolvedResource): void {
    for (const { entry } of references) {
      const open = this.#open.get(entry);
      if (open === undefined) continue;
      open.resources += 1;
      if (open.expressions.length === 0) continue;
      open.expressions = withPlaces(this.#rules, () =>
        open.expressions.filter(({ read }) => isMissing(read(resource))),
      );
      if (open.expressions.length === 0) open.properties.clear();
      else if (open.properties.size < MAX_PROPERTIES)
        for (const property of fieldPaths(resource.properties)) open.properties.add(property);
    }
  }

  /** Returns a mistake for each expression without a value, with the nearest property. */
  mistakes(): Mistake[] {
    return [...this.#open.values()].flatMap(({ expressions, resources, properties }) =>
      resources === 0
        ? []
        : expressions.map(({ path, text }) => {
            // Only a path of names is a misspelt property.
            const near = alternativesOf(text)?.length === 1 ? nearestName(text, [...properties]) : undefined;
            const have =
              resources === 1
                ? "the only resource of its types does not have"
                : `none of the ${resources} resources of its types has`;
            return {
              path,
              message: `the rules' ${path.join(".")} reads "${text}", which ${have}${didYouMean(near && `"${near}"`)}`,
            };
          }),
    );
  }
}

function isMissing({ known, value }: Found): boolean {
  return known && value === undefined;
}

function expressionsOf(entry: Reference, index: number): OpenExpression[] {
  const place = ["references", index];
  const own = (["id", "value"] as const).flatMap((key) => {
    const text = entry[key];
    return text === undefined
      ? []
      : [{ path: [...place, key], text, read: (resource: Resource) => findIds(entry, resource) }];
  });
  const compared = entry.match.map(({ property }, at) => ({
    path: [...place, "match", at, "property"],
    text: property,
    read: ({ properties }: Resource) => find(property, properties),
  }));
  return [...own, ...compared];
}
