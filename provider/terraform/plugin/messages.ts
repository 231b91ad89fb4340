// The parts of version 6 of the plugin protocol that a provider of data sources needs. Unknown fields are skipped on reading.

import type { INamespace } from "protobufjs";

interface Field {
  readonly id: number;
  readonly type: string;
  readonly rule?: "repeated";
}

const field = (id: number, type: string): Field => ({ id, type });
const list = (id: number, type: string): Field => ({ id, type, rule: "repeated" });
const map = (id: number, type: string): Field & { keyType: string } => ({ id, keyType: "string", type });

/** A call, whose request and response are nested messages of a message with its name. */
const call = (request: Record<string, Field>, response: Record<string, Field>): object => ({
  fields: {},
  nested: { Request: { fields: request }, Response: { fields: response } },
});

const calls = {
  GetProviderSchema: call(
    {},
    {
      provider: field(1, "Schema"),
      resource_schemas: map(2, "Schema"),
      data_source_schemas: map(3, "Schema"),
      diagnostics: list(4, "Diagnostic"),
      server_capabilities: field(6, "ServerCapabilities"),
    },
  ),
  ValidateProviderConfig: call({ config: field(1, "DynamicValue") }, { diagnostics: list(2, "Diagnostic") }),
  ConfigureProvider: call(
    { terraform_version: field(1, "string"), config: field(2, "DynamicValue") },
    { diagnostics: list(1, "Diagnostic") },
  ),
  ValidateDataResourceConfig: call(
    { type_name: field(1, "string"), config: field(2, "DynamicValue") },
    { diagnostics: list(1, "Diagnostic") },
  ),
  ReadDataSource: call(
    { type_name: field(1, "string"), config: field(2, "DynamicValue") },
    { state: field(1, "DynamicValue"), diagnostics: list(2, "Diagnostic") },
  ),
  StopProvider: call({}, { Error: field(1, "string") }),
};

const values = {
  DynamicValue: { fields: { msgpack: field(1, "bytes"), json: field(2, "bytes") } },
  Diagnostic: {
    fields: {
      severity: field(1, "Severity"),
      summary: field(2, "string"),
      detail: field(3, "string"),
      attribute: field(4, "AttributePath"),
    },
    nested: { Severity: { values: { INVALID: 0, ERROR: 1, WARNING: 2 } } },
  },
  AttributePath: {
    fields: { steps: list(1, "Step") },
    nested: {
      Step: {
        oneofs: { selector: { oneof: ["attribute_name", "element_key_string", "element_key_int"] } },
        fields: {
          attribute_name: field(1, "string"),
          element_key_string: field(2, "string"),
          element_key_int: field(3, "int64"),
        },
      },
    },
  },
};

const schemas = {
  StringKind: { values: { PLAIN: 0, MARKDOWN: 1 } },
  Schema: {
    fields: { version: field(1, "int64"), block: field(2, "Block") },
    nested: {
      Block: {
        fields: {
          version: field(1, "int64"),
          attributes: list(2, "Attribute"),
          block_types: list(3, "NestedBlock"),
          description: field(4, "string"),
          description_kind: field(5, "StringKind"),
        },
      },
      Attribute: {
        fields: {
          name: field(1, "string"),
          type: field(2, "bytes"),
          nested_type: field(10, "Object"),
          description: field(3, "string"),
          required: field(4, "bool"),
          optional: field(5, "bool"),
          computed: field(6, "bool"),
          sensitive: field(7, "bool"),
          description_kind: field(8, "StringKind"),
        },
      },
      NestedBlock: {
        fields: { type_name: field(1, "string"), block: field(2, "Block"), nesting: field(3, "NestingMode") },
        nested: { NestingMode: { values: { INVALID: 0, LIST: 2 } } },
      },
      Object: {
        fields: { attributes: list(1, "Attribute"), nesting: field(3, "NestingMode") },
        nested: { NestingMode: { values: { INVALID: 0, LIST: 2 } } },
      },
    },
  },
  ServerCapabilities: { fields: { get_provider_schema_optional: field(2, "bool") } },
};

const tfplugin6 = {
  ...values,
  ...schemas,
  ...calls,
  Provider: {
    methods: Object.fromEntries(
      Object.keys(calls).map((name) => [name, { requestType: `${name}.Request`, responseType: `${name}.Response` }]),
    ),
  },
};

const plugin = {
  Empty: { fields: {} },
  GRPCController: { methods: { Shutdown: { requestType: "Empty", responseType: "Empty" } } },
};

/** The descriptor in the JSON format of protobufjs. */
export const messages = {
  nested: { tfplugin6: { nested: tfplugin6 }, plugin: { nested: plugin } },
} as unknown as INamespace;
