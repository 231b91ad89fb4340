import { type Kind, collections, kinds } from "../../model/records.js";
import type { DataSource } from "./data-source.js";
import { recordSource } from "./record.js";
import { recordsSource } from "./records.js";
import { statusSource } from "./status.js";
import { snakeCase } from "../../platform/case.js";

const words = (name: string): string => snakeCase(name).replaceAll("_", " ");

function sourcesOf(kind: Kind): [string, DataSource][] {
  const [one, many] = [kind, collections[kind]];
  return [
    [`orangecmdb_${snakeCase(one)}`, recordSource(kind, words(one))],
    [`orangecmdb_${snakeCase(many)}`, recordsSource(kind, words(many))],
  ];
}

/** Every data source by its type: the singular and the plural of each kind, and the API's status. */
export const dataSources: ReadonlyMap<string, DataSource> = new Map([
  ...kinds.flatMap(sourcesOf),
  ["orangecmdb_status", statusSource],
]);
