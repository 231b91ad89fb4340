import { safeYaml } from "../../formats/text/safe-yaml.js";
import { evidenceText } from "../report/evidence-text.js";
import type { Match } from "../report/schema.js";

const header = `# Tags that orange-cmdb adopt proposes for the resources of one stack. Set those under tags in the program.
# Check each one under review first: its evidence is weaker.
`;

/** Returns the text of the tags of a stack: certain and accepted matches, then likely ones to review. */
export function tagsText(stack: string, matches: readonly Match[]): string {
  const review = matches.filter((match) => !isSettled(match));
  return (
    header +
    safeYaml({
      stack,
      tags: matches.filter(isSettled).map(entryOf),
      ...(review.length === 0 ? {} : { review: review.map(entryOf) }),
    })
  );
}

/** Returns whether a match needs no review. */
export function isSettled({ confidence, decision }: Match): boolean {
  return confidence === "certain" || decision === "accepted";
}

function entryOf({ urn, type, tag: { property, shape, key, value }, kind, recordId, evidence }: Match): object {
  return {
    resource: urn,
    type,
    kind,
    record: recordId,
    property,
    ...(shape === "texts" ? { tag: `${key}=${value}` } : { key, value }),
    evidence: evidence.map(evidenceText),
  };
}
