import { relative } from "node:path";
import { modeline, type EditedFile } from "../../drift/common/schema-line.js";
import { factsOf } from "../../drift/rules-schema/inventory-facts.js";
import { inventorySchema } from "../../drift/rules-schema/schema.js";
import { safeJson } from "../../drift/formats/text/safe-json.js";
import { checkOutput } from "../../provider/files/output-path.js";
import { writeOutput } from "../../provider/files/write-output.js";
import { printError } from "../../provider/platform/print-error.js";
import { withInventory } from "../inventory/open.js";
import type { GlobalOptions } from "../options/global-options.js";
import { warn } from "../output/log.js";
import { standardOutput } from "../output/outputs.js";

/** `orange-cmdb rules schema`. Exit code 0: printed or written, 1: error (thrown). */
export async function rulesSchema(
  of: EditedFile,
  { save }: { readonly save?: string },
  globals: GlobalOptions,
): Promise<void> {
  if (save !== undefined) checkOutput(save);
  const writes = [save === undefined ? standardOutput : { name: `--save ${save}`, path: save }];
  const { schema, notes } = await withInventory({ globals, writes }, (inventory) =>
    inventorySchema(of, factsOf(inventory), inventory.info()),
  );
  await writeOutput(save ?? standardOutput.path, `${safeJson(schema, 2)}\n`, { isPrivate: true });
  for (const note of notes) warn(note);
  if (save === undefined) return;
  printError(`wrote ${save}, which contains names of your inventory: do not commit it`);
  printError(`begin the file with #${modeline(relative(process.cwd(), save))}`);
}
