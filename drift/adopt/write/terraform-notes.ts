import { printable } from "../../../provider/platform/printable.js";
import { snakeCase } from "../../../provider/platform/case.js";
import { nameOf } from "../../sources/pulumi/pulumi-state.js";
import type { Match } from "../report/schema.js";
import { isSettled } from "./tags.js";

const header = `# Tags that orange-cmdb adopt proposes, as comments: copy each into its resource.
# The provider has no resources, so there is nothing to import: its data sources read the records.
`;

/** Returns notes for a stack of Terraform or OpenTofu: the argument that names the record, for each resource. */
export function terraformNotes(matches: readonly Match[]): string {
  const notes = matches.map((match) => {
    const { urn, tag, kind, recordId } = match;
    const review = isSettled(match) ? "" : " (likely: check it first)";
    return comment(`${nameOf(urn)}: ${kind} ${recordId}${review}`, `  ${argumentOf(tag)}`);
  });
  return [header, ...notes].join("\n");
}

/** Returns comments only, whatever the texts contain. */
function comment(...lines: readonly string[]): string {
  return lines.map((line) => `# ${printable(line)}\n`).join("");
}

function argumentOf({ property, shape, key, value }: Match["tag"]): string {
  const name = snakeCase(property);
  const quoted = (text: string): string => JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
  if (shape === "texts") return `${name} = [${quoted(`${key}=${value}`)}]`;
  if (shape === "pairs") return `${name} = [{ key = ${quoted(key)}, value = ${quoted(value)} }]`;
  return `${name} = { ${quoted(key)} = ${quoted(value)} }`;
}
