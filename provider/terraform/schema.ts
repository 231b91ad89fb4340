/** The type of an attribute, as the protocol names it. */
export type AttributeType = "string" | "number" | "bool" | readonly ["list", "string"];

/** An attribute of a block, or of the objects in a list. */
export interface Attribute {
  readonly type: AttributeType | { readonly listOf: Attributes };
  /** Who sets it: the user must or may, or the provider does; both where the provider fills in what the user left out. */
  readonly set: "required" | "optional" | "computed" | "optional or computed";
  /** Markdown. */
  readonly description: string;
  readonly sensitive?: boolean;
}

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** The content of a provider or a data source. */
export interface Block {
  readonly description: string;
  readonly attributes: Attributes;
  /** Blocks inside it, any number of each. */
  readonly blocks?: Readonly<Record<string, Block>>;
}

/** How the name of a TypeScript property is written in a configuration: `locationId` is `location_id`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const described = (description: string): object => ({ description, description_kind: "MARKDOWN" });

/** A type is JSON in bytes: as a string it would be taken for base64. */
function typeMessage(type: Attribute["type"]): object {
  if (typeof type === "string" || !("listOf" in type)) return { type: Buffer.from(JSON.stringify(type)) };
  return { nested_type: { nesting: "LIST", attributes: attributeMessages(type.listOf, false) } };
}

/** @param hide whether all that the provider fills in is sensitive */
function attributeMessages(attributes: Attributes, hide: boolean): object[] {
  return Object.entries(attributes).map(([name, { type, set, description, sensitive = false }]) => ({
    name,
    ...typeMessage(type),
    ...described(description),
    required: set === "required",
    optional: set.startsWith("optional"),
    computed: set.endsWith("computed"),
    sensitive: sensitive || (hide && set.endsWith("computed")),
  }));
}

function blockMessage({ description, attributes, blocks = {} }: Block, hide: boolean): object {
  return {
    ...described(description),
    attributes: attributeMessages(attributes, hide),
    block_types: Object.entries(blocks).map(([name, block]) => ({
      type_name: name,
      nesting: "LIST",
      block: blockMessage(block, hide),
    })),
  };
}

/** The message that tells the host of a block. @param hide whether all that the provider fills in is sensitive */
export function schemaMessage(block: Block, hide = false): object {
  return { version: 0, block: blockMessage(block, hide) };
}
