import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { diagnose } from "./diagnostics.js";
import { serve } from "./plugin/serve.js";
import { log } from "./plugin/log.js";
import { OrangeCmdbProvider } from "./provider.js";

const provider = new OrangeCmdbProvider();
type Call = (request: never) => Promise<object>;

/** A call whose failure is a diagnostic: a call that is refused tells the user nothing. */
function handler(name: string, call: Call): handleUnaryCall<never, object> {
  return ({ request }, done) => {
    call.call(provider, request).then(
      (response) => done(null, response),
      (error: unknown) => {
        log("error", `${name} failed`, { stack: error instanceof Error ? error.stack : undefined });
        done(null, { diagnostics: [diagnose(error)] });
      },
    );
  };
}

const calls: Readonly<Record<string, Call>> = {
  GetProviderSchema: provider.GetProviderSchema,
  ValidateProviderConfig: provider.ValidateProviderConfig,
  ConfigureProvider: provider.ConfigureProvider,
  ValidateDataResourceConfig: provider.ValidateDataResourceConfig,
  ReadDataSource: provider.ReadDataSource,
  StopProvider: provider.StopProvider,
};

const handlers = Object.entries(calls).map(([name, call]) => [name, handler(name, call)]);
serve(Object.fromEntries(handlers) as UntypedServiceImplementation).catch((error: unknown) => {
  // The host shows the first line on stdout where it is not what it waits for, and where the process is still there then.
  process.stdout.write(`terraform-provider-orangecmdb cannot start: ${String(error)}\n`);
  setTimeout(() => process.exit(1), 1000);
});

// A module, also to a bundler.
export {};
