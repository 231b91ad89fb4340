import { lookUpOne } from "../../functions/look-up.js";
import { REQUIRED_KINDS } from "../../functions/shared-inventory.js";
import type { Kind } from "../../model/records.js";
import { interfaces } from "../plugin/build-time.js";
import { failure } from "../plugin/diagnostics.js";
import type { Attribute, Attributes } from "../plugin/schema.js";
import type { Values } from "../plugin/value.js";
import { recordAttributes, recordValues } from "./attributes.js";
import type { DataSource } from "./data-source.js";
import { checkQuery, filterBlock, given, queryOf } from "./query.js";
import { snakeCase } from "../../platform/case.js";

/** The arguments that select the record. An argument that is also a field of the record is computed if it is not set. */
const args: Attributes = Object.fromEntries(
  Object.entries(interfaces.GetRecordArgs)
    .filter(([name]) => name !== "filters")
    .map(([name, { text }]): [string, Attribute] => {
      const set = Object.hasOwn(recordAttributes, snakeCase(name)) ? "optional or computed" : "optional";
      return [snakeCase(name), { type: "string", set, description: text }];
    }),
);

const names = [...Object.keys(args), "filter"];

/** Creates the data source of exactly one record. */
export function recordSource(kind: Kind, label: string): DataSource {
  return {
    block: {
      description: `The ${label} with this id or name, or the one that the filters match. No match and several matches are errors.`,
      attributes: { ...recordAttributes, ...args },
      blocks: { filter: filterBlock },
    },
    async check(config) {
      if (names.some((name) => given(config, name))) return checkQuery(config);
      return [failure(`Which ${label}?`, `Name it by one or more of ${names.join(", ")}.`)];
    },
    read(config, inventory) {
      const { limit: _limit, atLeast: _atLeast, ...query } = queryOf(config);
      return inventory.use(REQUIRED_KINDS[kind], (reader) => {
        const record = recordValues(lookUpOne(reader, kind, query, inventory.isSensitive));
        return { values: withArguments(record, config), staleReason: reader.info().staleReason };
      });
    },
    culprit: (config) => names.find((name) => given(config, name)),
  };
}

/** Keeps the requested location of an item that has none and was found by the location of its service point. */
function withArguments(record: Values, config: Values): Values {
  const kept = Object.entries(config).filter(([name]) => (record[name] ?? null) === null);
  return { ...record, ...Object.fromEntries(kept) };
}
