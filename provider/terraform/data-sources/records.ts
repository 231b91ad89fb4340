import { lookUpMany } from "../../functions/look-up.js";
import { REQUIRED_KINDS } from "../../functions/shared-inventory.js";
import type { Kind } from "../../model/records.js";
import { interfaces } from "../plugin/build-time.js";
import type { Attributes } from "../plugin/schema.js";
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

/** Creates the data source of all matching records. The list is complete, or the read fails. */
export function recordsSource(kind: Kind, label: string): DataSource {
  return {
    block: { description: `All matching ${label}, sorted by id.`, attributes, blocks: { filter: filterBlock } },
    check: checkQuery,
    read(config, inventory) {
      const { id: _id, ...query } = queryOf(config);
      return inventory.use(REQUIRED_KINDS[kind], (reader) => {
        const { found, hints } = lookUpMany(reader, kind, query, inventory.isSensitive);
        const result = {
          ids: found.ids,
          records: found.records.map(recordValues),
          inventory_time: found.inventoryTime,
        };
        return { values: { ...config, ...result }, staleReason: reader.info().staleReason, hints };
      });
    },
    culprit: () => "at_least",
  };
}
