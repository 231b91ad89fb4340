import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { printableMessage } from "../platform/printable.js";
import { printError } from "../platform/print-error.js";
import type { Level } from "../functions/shared-inventory.js";

/** Logs to the user through the engine that started this plugin. */
export class EngineLog {
  #address: string | undefined;
  #client: Promise<EngineClient> | undefined;

  /** The address of the engine. */
  attach(address: string): void {
    if (address === "" || address === this.#address) return;
    this.#address = address;
    this.#client = undefined;
  }

  /** Logs a line. Failures are ignored, because it is only a log. */
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
