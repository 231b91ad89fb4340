/** The types of a package by module: `{ sqs: "/queue:Queue /queuePolicy:QueuePolicy" }`. */
type Groups = Record<string, string>;

/** test/fixtures/region-types.json, by the prefix of the types. */
export type Facts = Record<string, { spec: string; regional: Groups; global: Groups }>;

/** The types of all packages: those that lie in a region, and those of which a region of the provider says nothing. */
export function typesOf(facts: Facts): { regional: string[]; global: string[] } {
  const of = (which: "regional" | "global"): string[] =>
    Object.entries(facts).flatMap(([prefix, found]) =>
      Object.entries(found[which]).flatMap(([module, names]) => names.split(" ").map((name) => prefix + module + name)),
    );
  return { regional: of("regional"), global: of("global") };
}
