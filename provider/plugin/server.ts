import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { printableMessage } from "../inventory/printable.js";
import type { Provider } from "./provider.js";

/** A call that the user cancelled. */
const cancelled = { code: status.CANCELLED, message: "cancelled: nothing was changed" };

/** Pulumi's own limit: a list of records can be large. */
const limit = 400 * 1024 * 1024;

/** The status of a failed call by the error's name; a record that is not there is told apart by some. */
const codes: Readonly<Record<string, number>> = {
  SettingsError: status.INVALID_ARGUMENT,
  QueryError: status.INVALID_ARGUMENT,
  ExpressionCostError: status.INVALID_ARGUMENT,
  RecordLookupError: status.NOT_FOUND,
  NotImplementedError: status.UNIMPLEMENTED,
};

function notImplemented(method: string): Error {
  const error = new Error(`orange-cmdb does not implement ${method}`);
  error.name = "NotImplementedError";
  return error;
}

function toStatus(error: unknown): { code: number; message: string } {
  if (error === cancelled) return cancelled;
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  // Of an inventory that is too old nobody can tell what is not there.
  const isTooOld = name === "RecordLookupError" && (error as { code?: unknown }).code === "too-old";
  return {
    code: isTooOld ? status.FAILED_PRECONDITION : (codes[name] ?? status.UNKNOWN),
    message: printableMessage(message),
  };
}

/** A promise that fails when the engine cancels. */
function newCancellation(): { readonly promise: Promise<never>; cancel(): void } {
  let cancel = (): void => undefined;
  const promise = new Promise<never>((_resolve, reject) => (cancel = () => reject(cancelled)));
  promise.catch(() => undefined);
  return { promise, cancel: () => cancel() };
}

/** Serves a provider, which is loaded when it is first asked, on a free port of the loopback interface; answers the port. */
export async function serve(load: () => Promise<Provider>): Promise<number> {
  const server = new Server({ "grpc.max_receive_message_length": limit, "grpc.max_send_message_length": limit });
  let cancellation = newCancellation();

  const answer =
    (name: string) =>
    (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>): void => {
      const work = async (): Promise<unknown> => {
        const provider = await load();
        const method = (provider as unknown as Record<string, ((request: unknown) => unknown) | undefined>)[name];
        if (!method) throw notImplemented(name);
        return method.call(provider, call.request);
      };
      Promise.race([cancellation.promise, work()]).then(
        (response) => done(null, response),
        (error: unknown) => done(toStatus(error)),
      );
    };

  const names = Object.keys(ResourceProviderService);
  server.addService(ResourceProviderService, {
    ...Object.fromEntries(names.map((name) => [name, answer(name)])),
    list: (call: { emit(event: "error", error: unknown): void }) =>
      call.emit("error", toStatus(notImplemented("list"))),
    // Ends the calls under way. Later calls belong to the next operation of an engine that this plugin is attached to. A sync
    // under way goes on while the process lives; if it is killed, the mirror is as it was.
    cancel: (_call: unknown, done: sendUnaryData<Empty>) => {
      cancellation.cancel();
      cancellation = newCancellation();
      done(null, new Empty());
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
