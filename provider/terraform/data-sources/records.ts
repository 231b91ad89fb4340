import { lookUpMany } from "../../functions/look-up.js";
import { needs } from "../../functions/shared-inventory.js";
import type { Kind } from "../../inventory/records.js";
import { interfaces } from "../build-time.js";
import type { Attributes } from "../schema.js";
import { attributesOf, recordAttributes, recordValues } from "./attributes.js";
import type { DataSource } from "./data-source.js";
import { checkQuery, filterBlock, queryOf } from "./query.js";

const { filters: _filters, ...args } = interfaces.GetRecordsArgs;
const { ids, records, inventoryTime } = interfaces.RecordsResult;

const attributes: Attributes = {
  ...attributesOf(args, "optional"),
  ids: { type: ["list", "string"], set: "computed", description: ids?.text ?? "" },
  records: { type: { listOf: recordAttributes }, set: "computed", description: records?.text ?? "" },
  inventory_time: { type: "string", set: "computed", description: inventoryTime?.text ?? "" },
};

/** The data source of all records that fit; it is complete, or an error. */
export function recordsSource(kind: Kind, label: string): DataSource {
  return {
    block: { description: `All ${label} that fit, sorted by id.`, attributes, blocks: { filter: filterBlock } },
    check: checkQuery,
    read(config, inventory) {
      const { id: _id, ...query } = queryOf(config);
      return inventory.use(needs[kind], (reader) => {
        const { found, hints } = lookUpMany(reader, kind, query, inventory.isSensitive);
        const result = {
          ids: found.ids,
          records: found.records.map(recordValues),
          inventory_time: found.inventoryTime,
        };
        return { values: { ...config, ...result }, stale: reader.info().stale, hints };
      });
    },
    culprit: () => "at_least",
  };
}
