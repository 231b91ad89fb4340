import { startServer } from "../../../helpers/server";
import { StoredStates } from "./state-locks";
import { isBasic, status, StubTraffic } from "./stub";

/** The user of {@link startHttpBackend}. */
export const httpUser = { name: "reader", password: "pässw:ord/1" };

/** A server for Terraform's HTTP backend: `GET`, `POST`, `LOCK` and `UNLOCK` of `/states/NAME`. */
export interface HttpBackend {
  readonly url: string;
  readonly host: string;
  readonly states: StoredStates;
  readonly traffic: StubTraffic;
  close(): Promise<void>;
}

export async function startHttpBackend(): Promise<HttpBackend> {
  const states = new StoredStates();
  const traffic = new StubTraffic();
  const server = await startServer(
    traffic.listener((request, response) => {
      if (!isBasic(request, httpUser.name, httpUser.password)) return void status(response, 401);
      const { pathname, searchParams } = new URL(request.url, "http://localhost");
      const name = /^\/states\/(.+)$/.exec(pathname)?.[1];
      if (name === undefined) return void status(response, 404);
      if (request.method === "GET") return states.read(name, response);
      if (request.method === "POST") return states.write(name, request.body, searchParams.get("ID"), response);
      if (request.method === "LOCK") return states.lock(name, request.body, response);
      if (request.method === "UNLOCK") return states.unlock(name, response);
      status(response, 405);
    }),
  );
  return { url: server.url, host: new URL(server.url).host, states, traffic, close: () => server.close() };
}
