// Constants that the build inserts: see tools/terraform/bundle.mjs.

/** The members of an interface, with their TypeScript types and doc comments. */
export type Members = Readonly<Record<string, { readonly type: string; readonly text: string }>>;

declare const INTERFACES: {
  readonly InventoryArgs: Members;
  readonly GetRecordArgs: Members;
  readonly GetRecordsArgs: Members;
  readonly NamedFields: Members;
  readonly InventoryRecord: Members;
  readonly RecordsResult: Members;
  readonly Filter: Members;
};
declare const PROVIDER_ADDRESS: string;
declare const PROVIDER_VERSION: string;

/** The interfaces of the TypeScript functions. The schema is generated from them. */
export const interfaces = INTERFACES;
/** The provider's source address in a configuration. */
export const address = PROVIDER_ADDRESS;
/** The version of this package. */
export const version = PROVIDER_VERSION;
