import type { IncomingMessage } from "node:http";
import { basicAuth } from "../../provider/api/http/token";
import { CoreInformationClient } from "../../provider/api/client";
import fc from "../helpers/fast-check";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

let server: TestServer;
afterEach(() => server.close());

type Credentials = readonly [id: string, secret: string];

/** The two parts of HTTP Basic as they were sent. */
function partsOf({ headers }: IncomingMessage): Credentials {
  const text = Buffer.from(String(headers.authorization).replace(/^Basic /, ""), "base64").toString();
  const colon = text.indexOf(":");
  return [text.slice(0, colon), text.slice(colon + 1)];
}

const decode = (text: string): string => new URLSearchParams(`x=${text}`).get("x") ?? "";

/** Serves tokens to `expected` alone, compared as `read` sees what was sent. */
async function serve([id, secret]: Credentials, read: (part: string) => string): Promise<void> {
  server = await startServer((request, response) => {
    if (request.url !== "/token") return json(response, 200, { status: "ok" });
    const [sentId, sentSecret] = partsOf(request).map(read);
    if (sentId === id && sentSecret === secret)
      return json(response, 200, { access_token: "t1", token_type: "Bearer" });
    json(response, 401, { error: "invalid_client" });
  });
}

async function statusWith([clientId, clientSecret]: Credentials): Promise<unknown> {
  const client = new CoreInformationClient(settingsFor(server.url, { accessToken: undefined, clientId, clientSecret }));
  try {
    return await client.status();
  } finally {
    client.close();
  }
}

const plain: Credentials = ["6f1c3a52-9d0e_4b7a.8c21", "s-e_c.r*e-t09AZ"];

test.each([
  ["decodes", plain, decode],
  ["compares literally", plain, (part: string) => part],
  ["decodes", ["my app:1", "p+ä%2D&=/?~!'()"] as Credentials, decode],
])("a server that %s accepts %j", async (_name, credentials, read) => {
  await serve(credentials, read);
  await expect(statusWith(credentials)).resolves.toEqual({ status: "ok" });
});

test("a server that decodes always gets the original id and secret", async () => {
  let sent: Credentials = ["", ""];
  server = await startServer((request, response) => {
    sent = partsOf(request);
    json(response, 200, {});
  });
  const texts = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
  await fc.assert(
    fc.asyncProperty(texts, texts, async (id, secret) => {
      const headers = new Headers();
      await basicAuth(secret)({ issuer: server.url }, { client_id: id }, new URLSearchParams(), headers);
      await fetch(server.url, { headers });
      expect(sent.map(decode)).toEqual([id, secret]);
      // No character beyond those of application/x-www-form-urlencoded, and none encoded without need.
      for (const part of sent)
        expect(part).toMatch(
          /^([A-Za-z0-9*._+-]|%(?!2A|2D|2E|5F|3\d|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])[0-9A-F]{2})*$/,
        );
    }),
    { numRuns: 200 },
  );
});
