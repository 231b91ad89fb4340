/** The type of an attribute in the protocol. */
export type AttributeType = "string" | "number" | "bool" | readonly ["list", "string"];

/** An attribute of a block, or of the objects in a list. */
export interface Attribute {
  readonly type: AttributeType | { readonly listOf: Attributes };
  /** Whether the user must or may set the attribute, or the provider computes it. With both, the provider computes unset ones. */
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
  /** Nested blocks, any number of each. */
  readonly blocks?: Readonly<Record<string, Block>>;
}

const described = (description: string): object => ({ description, description_kind: "MARKDOWN" });

/** Encodes a type as JSON in bytes, because a string would be decoded as base64. */
function typeMessage(type: Attribute["type"]): object {
  if (typeof type === "string" || !("listOf" in type)) return { type: Buffer.from(JSON.stringify(type)) };
  return { nested_type: { nesting: "LIST", attributes: attributeMessages(type.listOf, false) } };
}

/** @param hide whether computed attributes are sensitive */
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

/** Returns the protocol message of a block. @param hide whether computed attributes are sensitive */
export function schemaMessage(block: Block, hide = false): object {
  return { version: 0, block: blockMessage(block, hide) };
}
