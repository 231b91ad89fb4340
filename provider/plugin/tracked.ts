import type { CheckRequest, DiffRequest, ReadRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import { unknownValue } from "../functions/pulumi-sentinels.js";
import { RecordLookupError } from "../functions/results.js";
import type { SharedInventory } from "../functions/shared-inventory.js";
import * as record from "../resources/tracked-record.js";
import type { Properties } from "../resources/tracked-record.js";
import { resourceOf } from "./schema.js";
import { fromStruct } from "./values.js";

const using =
  (inventory: SharedInventory): record.Use =>
  (kinds, read) =>
    inventory.use(kinds, read);

/** Returns the inputs of a tracked record with the record's fields. */
export function check(request: CheckRequest, inventory: SharedInventory): ReturnType<typeof record.check> {
  const { kind } = resourceOf(request.getUrn());
  const [news, olds] = [fromStruct(request.getNews()), fromStruct(request.getOlds())];
  return record.check(kind, news, using(inventory), inventory.isSensitive, olds);
}

/** Returns the differences. If the record is unknown, only the program's inputs are compared. */
export function diff(request: DiffRequest): ReturnType<typeof record.diff> {
  const { kind } = resourceOf(request.getUrn());
  const news = fromStruct(request.getNews());
  const olds = fromStruct(request.getOlds());
  if (!record.isDecidedLater(kind, news)) return record.diff(kind, olds, news);
  const said = record.argumentNames(kind);
  return record.diff(kind, Object.fromEntries(said.filter((key) => key in olds).map((key) => [key, olds[key]])), news);
}

/** Returns the outputs for inputs: the fields that `check` read, or unknown values in a preview. */
export function made(urn: string, inputs: Properties): { id: string; properties: Properties } {
  const { kind, outputs } = resourceOf(urn);
  const id = String(inputs[record.idProperty(kind)]);
  if (!record.isDecidedLater(kind, inputs)) return { id, properties: inputs };
  return { id, properties: { ...Object.fromEntries(outputs.map((name) => [name, unknownValue])), ...inputs } };
}

/**
 * Returns the current record; undefined if it does not exist.
 * @throws RecordLookupError if it should be imported and does not exist
 */
export async function read(request: ReadRequest, inventory: SharedInventory): Promise<Properties | undefined> {
  const { kind } = resourceOf(request.getUrn());
  const before = { ...fromStruct(request.getProperties()), ...fromStruct(request.getInputs()) };
  try {
    return await record.read(kind, request.getId(), before, using(inventory), inventory.isSensitive);
  } catch (error) {
    const isGone = error instanceof RecordLookupError && error.code === "not-found";
    if (isGone && Object.keys(before).length > 0) return undefined;
    throw error;
  }
}
