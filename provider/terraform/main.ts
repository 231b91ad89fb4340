import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { printableMessage } from "../inventory/printable.js";
import { diagnose } from "./diagnostics.js";
import { log } from "./plugin/log.js";
import { serve } from "./plugin/serve.js";
import type { OrangeCmdbProvider } from "./provider.js";

let loaded: Promise<OrangeCmdbProvider> | undefined;

/** The provider is loaded while the host is on its way: the host waits for the first line, and not for what comes after it. */
function provider(): Promise<OrangeCmdbProvider> {
  loaded ??= import("./provider.js").then(({ OrangeCmdbProvider }) => new OrangeCmdbProvider());
  return loaded;
}

/** A call whose failure is a diagnostic: a call that is refused tells the user nothing. */
function handler(name: keyof OrangeCmdbProvider): handleUnaryCall<never, object> {
  return async ({ request }, done) => {
    try {
      done(null, await (await provider())[name](request));
    } catch (error) {
      log("error", `${name} failed`, { stack: error instanceof Error ? error.stack : undefined });
      done(null, { diagnostics: [diagnose(error)] });
    }
  };
}

const calls: Readonly<Record<keyof OrangeCmdbProvider, true>> = {
  GetProviderSchema: true,
  ValidateProviderConfig: true,
  ConfigureProvider: true,
  ValidateDataResourceConfig: true,
  ReadDataSource: true,
  StopProvider: true,
};
const handlers = Object.keys(calls).map((name) => [name, handler(name as keyof OrangeCmdbProvider)]);

serve(Object.fromEntries(handlers) as UntypedServiceImplementation).then(provider, (error: unknown) => {
  // The host shows the first line on stdout where it is not what it waits for, and where the process is still there then.
  process.stdout.write(`terraform-provider-orangecmdb cannot start: ${printableMessage(String(error))}\n`);
  setTimeout(() => process.exit(1), 1000);
});

// A module, also to a bundler.
export {};
