import type { ServerResponse } from "node:http";
import { json } from "../../../helpers/server";
import { status, text } from "./stub";

/** The states of a server with the protocol of Terraform's HTTP backend. */
export class StoredStates {
  /** Bodies by name. A state that was locked and never written is empty. */
  readonly bodies = new Map<string, string>();
  /** Lock information, as the client sent it, by name. */
  readonly locks = new Map<string, string>();

  read(name: string, response: ServerResponse): void {
    const body = this.bodies.get(name);
    if (body === undefined) status(response, 404);
    else if (body === "") status(response, 204);
    else text(response, body, { "content-type": "application/json" });
  }

  /** @param lock the id of the lock that the writer holds */
  write(name: string, body: string, lock: string | null, response: ServerResponse): void {
    const held = this.#id(name);
    if (held !== undefined && held !== lock) return json(response, 409, JSON.parse(this.locks.get(name) ?? ""));
    this.bodies.set(name, body);
    status(response, 200);
  }

  lock(name: string, info: string, response: ServerResponse): void {
    const held = this.locks.get(name);
    if (held !== undefined) return json(response, 409, JSON.parse(held));
    this.locks.set(name, info);
    if (!this.bodies.has(name)) this.bodies.set(name, "");
    json(response, 200, JSON.parse(info));
  }

  unlock(name: string, response: ServerResponse): void {
    this.locks.delete(name);
    status(response, 200);
  }

  #id(name: string): string | undefined {
    const info = this.locks.get(name);
    return info === undefined ? undefined : (JSON.parse(info) as { ID: string }).ID;
  }
}
