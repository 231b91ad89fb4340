import type * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../model/records.js";

type Tracking = typeof import("./tracking.js");
type Properties = Record<string, unknown>;

/**
 * The dynamic provider of one kind. Pulumi serializes it into the stack's state and runs it in another process, so it has only the
 * kind, and each method loads the code by the package's name. The name is concatenated, because the serializer would follow a literal
 * and write the package's code into the state.
 */
export class TrackedProvider implements pulumi.dynamic.ResourceProvider<Properties, Properties> {
  config?: pulumi.dynamic.Config;

  constructor(readonly kind: Kind) {}

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.config = request.config;
    return Promise.resolve();
  }

  tracking(): Tracking {
    const { createRequire } = require("node:module") as typeof import("node:module");
    // Resolve from the program's folder, where Pulumi starts the provider, so that programs inside the package work, too.
    const load = createRequire(`${process.cwd()}/index.js`);
    const name = ["pulumi-orange-cmdb", "tracking"].join("/");
    try {
      load.resolve(name);
    } catch (cause) {
      const problem = `tracked records need the package pulumi-orange-cmdb in ${process.cwd()}/node_modules`;
      const step = "install it there, also if the program is bundled: the provider runs in another process";
      const error = new Error(`${problem}; ${step}`, { cause });
      error.stack = error.message;
      throw error;
    }
    return load(name) as Tracking;
  }

  check(olds: Properties, news: Properties): Promise<pulumi.dynamic.CheckResult<Properties>> {
    return this.tracking().check(this.kind, news, this.config, olds);
  }

  diff(_id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.DiffResult> {
    return Promise.resolve(this.tracking().diff(this.kind, olds, news));
  }

  create(inputs: Properties): Promise<pulumi.dynamic.CreateResult<Properties>> {
    return this.tracking().create(this.kind, inputs);
  }

  read(id: string, properties: Properties = {}): Promise<pulumi.dynamic.ReadResult<Properties>> {
    return this.tracking().read(this.kind, id, properties, this.config);
  }

  update(_id: string, _olds: Properties, news: Properties): Promise<pulumi.dynamic.UpdateResult<Properties>> {
    return Promise.resolve({ outs: news });
  }

  /** Never changes the CMDB. */
  delete(): Promise<void> {
    return Promise.resolve();
  }
}
