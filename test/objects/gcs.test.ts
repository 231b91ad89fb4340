import { gunzipSync, gzipSync } from "node:zlib";
import { parseObjectUrl } from "../../provider/objects/object-url";
import { openObjectStore } from "../../provider/objects/open-store";
import { startServer } from "../helpers/server";
import { useCloudEnvironment } from "./helpers/environment";
import { failureOf, keysOf } from "./helpers/objects";

const setEnvironment = useCloudEnvironment();

test("a server that compresses responses is read, and an object keeps its stored bytes", async () => {
  const page = { kind: "storage#objects", items: [{ name: "a.json", size: "7", updated: "2026-11-29T00:00:00Z" }] };
  const server = await startServer(({ url = "", headers }, response) => {
    const body = url.includes("alt=media") ? "content" : JSON.stringify(page);
    const isCompressed = headers["accept-encoding"]?.includes("gzip") ?? false;
    if (isCompressed) response.setHeader("content-encoding", "gzip");
    response.end(isCompressed ? gzipSync(body) : body);
  });
  try {
    setEnvironment({ STORAGE_EMULATOR_HOST: server.url });
    const store = await openObjectStore(parseObjectUrl("gs://states"));
    expect(await keysOf(store)).toEqual(["a.json"]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await store.open("a.json"))?.bytes ?? []) chunks.push(chunk);
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe("content");
  } finally {
    await server.close();
  }
});

test("removes a token that crosses the end of the quoted part of a response", async () => {
  const token = "planted-token-0123456789";
  const server = await startServer((_, response) => {
    response.statusCode = 403;
    response.end(`eyJ${"a".repeat(4070)}.b ${token}`);
  });
  try {
    setEnvironment({ STORAGE_EMULATOR_HOST: server.url, GOOGLE_OAUTH_ACCESS_TOKEN: token });
    const store = await openObjectStore(parseObjectUrl("gs://states"));
    const { message } = await failureOf(() => keysOf(store), ["planted"]);
    expect(message).toContain("403: [secret] [secret]: grant");
  } finally {
    await server.close();
  }
});
