import description from "../schemas/core-information.openapi.json";

/** The OpenAPI description of the API, for a server at another address. */
export function openapi(endpoint: string): object {
  const info = { ...description.info, title: `${description.info.title} (sandbox)` };
  return { ...description, info, servers: [{ url: endpoint }] };
}

interface Schema {
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
}

interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly schema?: Schema;
}

function resolve<T extends { readonly $ref?: string }>(given: T): T {
  const path = given.$ref?.replace("#/", "").split("/") ?? [];
  return path.length === 0 ? given : (path.reduce<unknown>((at, name) => (at as never)[name], description) as T);
}

/** The query parameters of a path of the description, each with the values that it allows; undefined allows any. */
export type QueryParameters = ReadonlyMap<string, ReadonlySet<string> | undefined>;

function parametersOf(operation: object): QueryParameters {
  const { parameters = [] } = operation as { readonly parameters?: readonly Parameter[] };
  const inQuery = parameters.map(resolve).filter((parameter) => parameter.in === "query");
  return new Map(
    inQuery.map(({ name = "", schema = {} }) => {
      const values = schema.enum ?? (schema.items && resolve(schema.items).enum);
      return [name, values && new Set(values.map(String))];
    }),
  );
}

/** The query parameters of each path of the description. */
export const queryParameters: ReadonlyMap<string, QueryParameters> = new Map(
  Object.entries(description.paths).map(([path, { get }]) => [path, parametersOf(get)]),
);

/** Maximum number of records per page, and the default of `limit`. [spec] */
export const MAX_LIMIT = description.components.parameters.limit.schema.maximum;
