import { renderLines } from "../../drift/formats/terminal.js";
import { fileOrigin } from "../../provider/config.js";
import { KindUnavailableError } from "../../provider/inventory/inventory.js";
import { checkInventoryOutput } from "../../provider/inventory/portable.js";
import { collections, kinds as allKinds, type Kind } from "../../provider/inventory/records.js";
import { UsageError } from "../fail.js";
import { warn } from "../log.js";
import { withInventory } from "../open.js";
import { formatData } from "../output/index.js";
import { checkCollisions, standardOutput } from "../outputs.js";

/** `orange-cmdb sync [KIND…]` */
export async function sync(
  kinds: readonly Kind[],
  options: { format?: "json" | "yaml"; output?: string; full?: boolean },
): Promise<void> {
  if (process.env["ORANGE_CMDB_INVENTORY_FILE"]) {
    throw new UsageError("sync fetches from the API: leave --inventory and ORANGE_CMDB_INVENTORY_FILE away");
  }
  const { output } = options;
  const writes = output === undefined ? [] : [{ name: `--output ${output}`, path: output }];
  if (output !== undefined) checkInventoryOutput(output);
  checkCollisions(writes, [standardOutput]);
  const { info, unavailable } = await withInventory(
    // An older inventory is not what was asked for.
    {
      ...(kinds.length > 0 ? { kinds } : {}),
      refresh: true,
      full: options.full ?? false,
      args: { maxStale: 0 },
      writes,
    },
    async (mirror, { settings }) => {
      const unavailable = mirror.unavailable(kinds.length > 0 ? kinds : allKinds);
      const [why] = Object.values(unavailable);
      // Where kinds are named, one that cannot be had is an error.
      if (kinds.length > 0 && why !== undefined) throw new KindUnavailableError(why);
      if (output !== undefined) await mirror.writeFile(output, fileOrigin(settings));
      return { info: mirror.info(), unavailable };
    },
  );
  const reasons = Object.values(unavailable);
  for (const why of reasons) warn(why);
  if (options.format) {
    const file = output === undefined ? {} : { file: output };
    process.stdout.write(
      await formatData(options.format, { ...info, ...(reasons.length > 0 ? { unavailable } : {}), ...file }),
    );
    return;
  }
  const shown = Object.entries(info.counts).filter(([kind]) => kinds.length === 0 || kinds.includes(kind as Kind));
  const counts = shown.map(([kind, count]) => `${count} ${collections[kind as Kind]}`);
  const into = output === undefined ? "" : `, written to ${output}`;
  process.stdout.write(renderLines([`${counts.join(", ") || "nothing"} from ${info.endpoint}${into}`], false));
}
