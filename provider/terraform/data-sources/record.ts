import { lookUpOne } from "../../functions/look-up.js";
import { needs } from "../../functions/shared-inventory.js";
import type { Kind } from "../../inventory/records.js";
import { interfaces } from "../build-time.js";
import { failure } from "../diagnostics.js";
import { snakeCase, type Attribute, type Attributes } from "../schema.js";
import type { Values } from "../value.js";
import { recordAttributes, recordValues } from "./attributes.js";
import type { DataSource } from "./data-source.js";
import { checkQuery, filterBlock, given, queryOf } from "./query.js";

/** What the record may be named by; an argument that is a field of the record too is filled in where it was left out. */
const args: Attributes = Object.fromEntries(
  Object.entries(interfaces.GetRecordArgs)
    .filter(([name]) => name !== "filters")
    .map(([name, { text }]): [string, Attribute] => {
      const set = Object.hasOwn(recordAttributes, snakeCase(name)) ? "optional or computed" : "optional";
      return [snakeCase(name), { type: "string", set, description: text }];
    }),
);

const names = [...Object.keys(args), "filter"];

/** The data source of one record, which must be there, and alone. */
export function recordSource(kind: Kind, label: string): DataSource {
  return {
    block: {
      description: `The ${label} with this id or name, or the one that the filters fit; none or several is an error.`,
      attributes: { ...recordAttributes, ...args },
      blocks: { filter: filterBlock },
    },
    async check(config) {
      if (names.some((name) => given(config, name))) return checkQuery(config);
      return [failure(`Which ${label}?`, `Name it by one or more of ${names.join(", ")}.`)];
    },
    read(config, inventory) {
      const { limit: _limit, atLeast: _atLeast, ...query } = queryOf(config);
      return inventory.use(needs[kind], (reader) => {
        const record = recordValues(lookUpOne(reader, kind, query, inventory.isSensitive));
        return { values: withArguments(record, config), stale: reader.info().stale };
      });
    },
    culprit: (config) => names.find((name) => given(config, name)),
  };
}

/** An item is found by the location of its service point too: then it has none of its own, and the one asked for stays. */
function withArguments(record: Values, config: Values): Values {
  const kept = Object.entries(config).filter(([name]) => (record[name] ?? null) === null);
  return { ...record, ...Object.fromEntries(kept) };
}
