import type { KeyComparator } from "../../../provider/model/keys/index.js";
import type { Reference } from "./rules-file.js";

/** A field of records by which resources refer to them. */
export interface ReferenceKey {
  /** JMESPath on the record. */
  readonly by: string;
  readonly as: KeyComparator;
}

/** Returns the JMESPath of a reference on the resource; undefined for tags by convention. */
export function pathOf({ id, value }: Pick<Reference, "id" | "value">): string | undefined {
  return id ?? value;
}

/** Returns the field by which an entry finds its records; undefined if it refers to them by id. */
export function keyOf({ by = "id", as }: Pick<Reference, "by" | "as">): ReferenceKey | undefined {
  // Ids have a look-up of their own, with labels and lists in a text.
  return by === "id" && as === undefined ? undefined : { by, as: as ?? "equals" };
}
