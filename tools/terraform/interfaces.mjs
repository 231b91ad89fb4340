// Reads the members of interfaces with their types and comments: the provider's schema is made from what TypeScript users read.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { descriptionOf } from "../description.mjs";
import { root } from "../paths.mjs";

const sources = {
  InventoryArgs: "provider/config.ts",
  NamedFields: "provider/inventory/records.ts",
  InventoryRecord: "provider/inventory/records.ts",
  Filter: "provider/inventory/inventory.ts",
  GetRecordArgs: "provider/functions/results.ts",
  GetRecordsArgs: "provider/functions/results.ts",
  RecordsResult: "provider/functions/results.ts",
};

/** What a property's type is, without the `undefined` that it may be. */
const typeOf = (member, file) => (member.type?.getText(file) ?? "unknown").replace(/ \| undefined$/, "");

function comment(member) {
  const text = ts.getTextOfJSDocComment(member.jsDoc?.at(-1)?.comment) ?? "";
  return descriptionOf(text.replace(/\s+/g, " "));
}

function membersOf(name) {
  const path = join(root, sources[name]);
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found = file.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (!found) throw new Error(`${sources[name]} has no interface ${name}`);
  const own = found.members.map((member) => {
    const text = comment(member);
    if (text === "") throw new Error(`${name}.${member.name.text} has no doc comment: it is the schema's description`);
    return [member.name.text, { type: typeOf(member, file), text }];
  });
  return Object.fromEntries(own);
}

/** The members of each interface, by their names: what build-time.ts declares. */
export function readInterfaces() {
  const all = Object.fromEntries(Object.keys(sources).map((name) => [name, membersOf(name)]));
  const { id: _id, ...shared } = all.GetRecordArgs;
  return { ...all, GetRecordsArgs: { ...shared, ...all.GetRecordsArgs } };
}
