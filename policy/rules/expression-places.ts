import { ExpressionCostError } from "../../provider/inventory/expression/cost-error.js";
import type { RulesFile } from "./rules-file.js";

/** Returns where rules hold an expression, as messages about a rules file name its entries. */
function placesOf({ references, cover }: RulesFile, expression: string): string[] {
  const all = [
    ...references.flatMap(({ id, match }, index) => [
      [`references.${index}.id`, id],
      ...match.flatMap(({ property, record }, at) => [
        [`references.${index}.match.${at}.property`, property],
        [`references.${index}.match.${at}.record`, record],
      ]),
    ]),
    ...cover.map(({ where }, index) => [`cover.${index}.where`, where]),
  ];
  return all.flatMap(([place, text]) => (place !== undefined && text === expression ? [place] : []));
}

/**
 * Evaluates rules.
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
