import type { Pattern } from "./schema.js";

/** Returns a pattern with its support on one line. */
export function patternText({
  types,
  kind,
  by,
  value,
  support: { matched, of, contradicted },
  match,
}: Pattern): string {
  const without = of - matched - contradicted;
  const rest = [
    ...(without > 0 ? [`; ${without} without a record`] : []),
    ...(contradicted > 0 ? [`; ${contradicted} with evidence for another record`] : []),
  ].join("");
  const also =
    match.length === 0
      ? ""
      : `; also equal: ${match.map(({ property, record }) => `${property} = ${record}`).join(", ")}`;
  return `${matched} of ${of} ${types.join(", ")}: ${value} = ${by} of ${kind}${rest}${also}`;
}
