import { ExpressionCostError } from "../../../provider/model/expression/cost-error.js";
import { withPlace } from "./rule-places.js";
import type { RulesFile } from "./rules-file.js";

/** Returns the entries of the rules with this expression, in the form of messages about a rules file. */
function placesOf(rules: RulesFile, expression: string): string[] {
  const { references, cover } = rules;
  const all = [
    ...references.flatMap(({ id, by, value, match }, index) => [
      [`references.${index}.id`, id],
      [`references.${index}.by`, by],
      [`references.${index}.value`, value],
      ...match.flatMap(({ property, record }, at) => [
        [`references.${index}.match.${at}.property`, property],
        [`references.${index}.match.${at}.record`, record],
      ]),
    ]),
    ...cover.map(({ where }, index) => [`cover.${index}.where`, where]),
  ];
  return all.flatMap(([place, text]) =>
    place !== undefined && text === expression ? [withPlace(rules, place.split("."), place)] : [],
  );
}

/**
 * Runs an evaluation of rules.
 * @throws ExpressionCostError that names the entry of the rules, if an expression exceeds its budget
 */
export function withPlaces<T>(rules: RulesFile, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionCostError)) throw error;
    throw error.at(`${placesOf(rules, error.expression).join(" and ")} in the rules`);
  }
}
