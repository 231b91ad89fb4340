// Reads the members of interfaces with their types and comments: the provider's schema is made from what TypeScript users read.
import { Api } from "../doc-comments.mjs";

const names = [
  "InventoryArgs",
  "NamedFields",
  "InventoryRecord",
  "Filter",
  "GetRecordArgs",
  "GetRecordsArgs",
  "RecordsResult",
];

/** Returns the type of a property, without the `undefined` that it may be. */
const typeOf = (member) => (member.type?.getText() ?? "unknown").replace(/ \| undefined$/, "");

function membersOf(api, name) {
  const own = api.interface(name).members.map((member) => {
    const text = api.description(api.checker.getSymbolAtLocation(member.name)).replace(/\s+/g, " ");
    return [member.name.text, { type: typeOf(member), text }];
  });
  return Object.fromEntries(own);
}

/** Returns the members of each interface, by their names: build-time.ts declares them. */
export function readInterfaces() {
  const api = new Api();
  const all = Object.fromEntries(names.map((name) => [name, membersOf(api, name)]));
  const { id: _id, ...shared } = all.GetRecordArgs;
  return { ...all, GetRecordsArgs: { ...shared, ...all.GetRecordsArgs } };
}
