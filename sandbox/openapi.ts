import description from "../schemas/core-information.openapi.json";

/** The OpenAPI description of what this project needs of the API, for a server at another address. */
export function openapi(endpoint: string): object {
  const info = { ...description.info, title: `${description.info.title} (sandbox)` };
  return { ...description, info, servers: [{ url: endpoint }] };
}
