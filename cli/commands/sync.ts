import { renderLines } from "../../drift/formats/text/terminal.js";
import { fileOrigin } from "../../provider/inventory/mirror/identity.js";
import { KindUnavailableError } from "../../provider/model/inventory-reader.js";
import { countOf, kinds as allKinds, type Kind } from "../../provider/model/records.js";
import { UsageError } from "../options/usage-error.js";
import type { GlobalOptions } from "../options/global-options.js";
import { warn } from "../output/log.js";
import { withInventory } from "../inventory/open.js";
import { formatData } from "../output/index.js";
import { checkCollisions, standardOutput } from "../output/outputs.js";
import { saveTarget, type SavedFile } from "../output/save-target.js";

/** `orange-cmdb sync [KIND…]` */
export async function sync(
  kinds: readonly Kind[],
  options: { output: "console" | "json" | "yaml"; save?: string; full?: boolean },
  globals: GlobalOptions,
): Promise<void> {
  if (globals.settings.inventoryFile ?? process.env["ORANGE_CMDB_INVENTORY_FILE"]) {
    throw new UsageError("sync reads from the API: remove --inventory and ORANGE_CMDB_INVENTORY_FILE");
  }
  const { output, save } = options;
  const target = save === undefined ? undefined : saveTarget(save);
  const writes = target?.writes ?? [];
  await target?.check();
  checkCollisions(writes, [standardOutput], globals);
  const { info, unavailable, saved } = await withInventory(
    // maxStale 0: a sync must fail rather than use an older inventory.
    {
      globals,
      ...(kinds.length > 0 ? { kinds } : {}),
      refresh: true,
      full: options.full ?? false,
      args: { maxStale: 0 },
      writes,
    },
    async (mirror, { settings }) => {
      const unavailable = mirror.unavailable(kinds.length > 0 ? kinds : allKinds);
      const [why] = Object.values(unavailable);
      // A kind named by the user that is unavailable is an error.
      if (kinds.length > 0 && why !== undefined) throw new KindUnavailableError(why);
      const saved = await target?.save((path) => mirror.writeFile(path, fileOrigin(settings)));
      return { info: mirror.info(), unavailable, saved };
    },
  );
  const reasons = Object.values(unavailable);
  for (const why of reasons) warn(why);
  if (output !== "console") {
    process.stdout.write(
      await formatData(output, { ...info, ...(reasons.length > 0 ? { unavailable } : {}), ...saved }),
    );
    return;
  }
  const shown = Object.entries(info.counts).filter(([kind]) => kinds.length === 0 || kinds.includes(kind as Kind));
  const counts = shown.map(([kind, count]) => countOf(count, kind as Kind));
  const into = saved === undefined ? "" : describeSaved(saved);
  process.stdout.write(renderLines([`${counts.join(", ") || "nothing"} from ${info.endpoint}${into}`], false));
}

/** The URL of an uploaded file is printed with its pin, as `--inventory` takes it. */
function describeSaved({ file, sha256 }: SavedFile): string {
  return sha256 === undefined ? `, written to ${file}` : `, uploaded to ${file}#sha256=${sha256}`;
}
