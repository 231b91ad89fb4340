import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { printableMessage } from "../inventory/printable.js";
import { printError } from "../print-error.js";
import type { Level } from "../functions/shared-inventory.js";

/** Tells the user what happens, through the engine that started this plugin. */
export class EngineLog {
  #address: string | undefined;
  #client: Promise<EngineClient> | undefined;

  /** Where the engine listens. */
  attach(address: string): void {
    if (address === "" || address === this.#address) return;
    this.#address = address;
    this.#client = undefined;
  }

  /** Says a line. What the engine does not hear is only a log. */
  async say(level: Level, line: string): Promise<void> {
    if (this.#address === undefined) {
      if (level !== "debug") printError(`orange-cmdb: ${line}`);
      return;
    }
    const { LogRequest, LogSeverity } = await import("@pulumi/pulumi/proto/engine_pb.js");
    const severity = { debug: LogSeverity.DEBUG, info: LogSeverity.INFO, warn: LogSeverity.WARNING };
    const request = new LogRequest();
    request.setSeverity(severity[level]);
    request.setMessage(printableMessage(`orange-cmdb: ${line}`));
    const client = await (this.#client ??= connect(this.#address));
    await new Promise<void>((done) => client.log(request, () => done()));
  }
}

async function connect(address: string): Promise<EngineClient> {
  const { EngineClient: Client } = await import("@pulumi/pulumi/proto/engine_grpc_pb.js");
  const { credentials } = await import("@grpc/grpc-js");
  return new Client(address, credentials.createInsecure());
}
