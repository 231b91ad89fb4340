import { labelValue } from "../../../policy/rules/core/lookup.js";
import { lowersLabels } from "../../../policy/rules/core/references.js";
import type { Resource } from "../../../policy/rules/resource/resource.js";
import { kebabCase } from "../../../provider/platform/case.js";
import type { Kind } from "../../../provider/model/records.js";
import type { Tag } from "../report/schema.js";

/** The property for tags of a resource, and how it holds them. */
export interface TagPlace {
  readonly property: string;
  readonly shape: Tag["shape"];
  /** The character between `cmdb` and the kind that the cloud allows. */
  readonly mark: ":" | "/" | "-";
  /** True if values must be lower case, as in labels of Google Cloud. */
  readonly isLabel: boolean;
}

/** Properties with tags that a program can set, in order of precedence. */
const properties = ["tags", "labels", "userLabels", "resourceLabels", "freeformTags"];

/** Returns where a resource takes a tag: its own property, else the usual one of its cloud. */
export function tagPlaceOf({ type, properties: own }: Resource): TagPlace {
  if (/^kubernetes[:_]/.test(type))
    return { property: "metadata.annotations", shape: "map", mark: "/", isLabel: false };
  const isLabel = lowersLabels(type);
  const property = properties.find((name) => Object.hasOwn(own, name)) ?? (isLabel ? "labels" : "tags");
  return { property, shape: shapeOf(own[property]), mark: isLabel ? "-" : ":", isLabel };
}

function shapeOf(value: unknown): Tag["shape"] {
  if (!Array.isArray(value)) return "map";
  return value.some((entry) => typeof entry === "object" && entry !== null) ? "pairs" : "texts";
}

/** Returns the tag that names a record, in the spelling of the cloud. */
export function tagFor({ property, shape, mark, isLabel }: TagPlace, kind: Kind, id: string): Tag {
  return { property, shape, key: `cmdb${mark}${kebabCase(kind)}`, value: isLabel ? labelValue(id) : id };
}
