import { createServer as createHttps } from "node:https";
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { generate } from "selfsigned";

/** A certificate of its own authority. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate for a host name; `days` from yesterday on. */
export async function certificateFor(host: string, days = 30): Promise<Certificate> {
  const day = 24 * 60 * 60 * 1000;
  const { private: key, cert } = await generate([{ name: "commonName", value: host }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - Math.max(1, -days + 1) * day),
    notAfterDate: new Date(Date.now() + days * day),
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
    ],
  });
  return { key, cert };
}

/** A running server of a test. */
export interface Running {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Serves https on loopback. */
export function startTls(
  certificate: Certificate,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Running> {
  return listen(createHttps(certificate, answer) as unknown as Server);
}

/** An HTTP proxy that only knows CONNECT; it leads every host to the same port, and keeps what it was asked. */
export async function startProxy(
  target: number,
  credentials?: string,
): Promise<Running & { readonly asked: { host: string; headers: IncomingMessage["headers"] }[] }> {
  const asked: { host: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createHttp((_request, response) => {
    response.writeHead(400);
    response.end();
  });
  server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
    asked.push({ host: request.url ?? "", headers: request.headers });
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (wanted && request.headers["proxy-authorization"] !== wanted) {
      client.end(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
      );
      return;
    }
    const upstream = connect(target, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    upstream.on("error", end);
    client.on("error", end);
  });
  return { ...(await listen(server)), asked };
}

/**
 * A proxy that answers each CONNECT by these bytes, whatever they are, or does not answer without bytes.
 * @param stays leaves the connection open then
 */
export async function startOddProxy(
  answer?: string,
  stays = false,
): Promise<Running & { readonly asked: string[]; open(): number }> {
  const asked: string[] = [];
  let open = 0;
  const server = createHttp();
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? "");
    open += 1;
    client.on("error", () => client.destroy());
    client.once("close", () => (open -= 1));
    client.once("end", () => client.end());
    client.resume();
    if (answer !== undefined && stays) client.write(answer);
    else if (answer !== undefined) client.end(answer);
  });
  return { ...(await listen(server)), asked, open: () => open };
}
