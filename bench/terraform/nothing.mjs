// A provider that does nothing: handshake, TLS and an empty schema, by the same code.
import { serve } from "../../provider/terraform/plugin/serve.js";

const empty = (_call, done) => done(null, { diagnostics: [] });
await serve({ GetProviderSchema: empty, ConfigureProvider: empty, ReadDataSource: empty });
