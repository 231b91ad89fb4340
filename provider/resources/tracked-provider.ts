import type { Kind } from "../model/records.js";

/**
 * Returns the code of the dynamic provider of a kind. Pulumi keeps it in the stack's state and runs it in another process, so it has only
 * the kind, and loads this package by its name. `destroy` works without the package.
 *
 * Pulumi can also make such code from an object, but loads all modules of Node.js and the TypeScript compiler for that: 0.3 s of CPU time.
 */
export const providerCode = (kind: Kind): string => `exports.handler = () => {
  let config;
  function tracking() {
    // Resolve from the program's folder, where Pulumi starts the provider, so that programs inside the package work, too.
    const load = require("node:module").createRequire(process.cwd() + "/index.js");
    const name = "pulumi-orange-cmdb/tracking";
    try {
      load.resolve(name);
    } catch (cause) {
      const problem = "tracked records need the package pulumi-orange-cmdb in " + process.cwd() + "/node_modules";
      const step = "install it there, also if the program is bundled: the provider runs in another process";
      const error = new Error(problem + "; " + step, { cause });
      error.stack = error.message;
      throw error;
    }
    return load(name);
  }
  return {
    configure: async (request) => void (config = request.config),
    check: async (olds, news) => tracking().check("${kind}", news, config, olds),
    diff: async (id, olds, news) => tracking().diff("${kind}", olds, news),
    create: async (inputs) => tracking().create("${kind}", inputs),
    read: async (id, properties = {}) => tracking().read("${kind}", id, properties, config),
    update: async (id, olds, news) => ({ outs: news }),
    delete: async () => undefined,
  };
};
`;
