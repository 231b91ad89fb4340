import { collections, kinds } from "../provider/inventory/records.js";

const json = (schema: object): object => ({ "application/json": { schema } });
const fault = { description: "Error", content: json({ $ref: "#/components/schemas/Error" }) };
const paging = ["limit", "offset"].map((name) => ({ name, in: "query", schema: { type: "integer", minimum: 0 } }));
const count = { schema: { type: "integer" } };

function listPath(kind: string): object {
  const items = { type: "array", items: { $ref: `#/components/schemas/${kind}` } };
  const headers = { "X-Total-Count": count, "X-Result-Count": count };
  const answer = (description: string): object => ({ description, headers, content: json(items) });
  return { get: { parameters: paging, responses: { 200: answer("All"), 206: answer("A part"), default: fault } } };
}

function recordPath(kind: string): object {
  const parameters = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
  const found = { description: "The record", content: json({ $ref: `#/components/schemas/${kind}` }) };
  return { get: { parameters, responses: { 200: found, default: fault } } };
}

/** An OpenAPI 3 description of what the sandbox serves. */
export function openapi(endpoint: string): object {
  const plain = {
    get: { responses: { 200: { description: "OK", content: json({ type: "object" }) }, default: fault } },
  };
  const paths = kinds.flatMap((kind) => [
    [`/${collections[kind]}`, listPath(kind)],
    [`/${collections[kind]}/{id}`, recordPath(kind)],
  ]);
  const record = { type: "object", required: ["id"], properties: { id: { type: "string" }, name: { type: "string" } } };
  const error = {
    type: "object",
    properties: { code: { type: "integer" }, message: { type: "string" }, description: { type: "string" } },
  };
  return {
    openapi: "3.0.3",
    info: { title: "Core Information (sandbox)", version: "2.4.0", description: "A stand-in with invented data." },
    servers: [{ url: endpoint }],
    paths: { ...Object.fromEntries(paths), "/status": plain, "/version": plain, "/doc": plain },
    components: { schemas: { ...Object.fromEntries(kinds.map((kind) => [kind, record])), Error: error } },
  };
}
