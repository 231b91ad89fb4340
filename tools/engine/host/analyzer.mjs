import { AnalyzerClient, AnalyzerService, analyzer, channelOptions, Empty, grpc, listen } from "./proto.mjs";
import { stop } from "./children.mjs";
import { configuration } from "./program.mjs";

/**
 * Stands between the engine and a policy pack: it waits for the stack's configuration, starts the pack with it in the
 * environment, and forwards every call. In `pulumi policy analyze` no configuration comes; the first call starts the pack.
 */
export class AnalyzerProxy {
  #launch;
  #output;
  #exit;
  #server = new grpc.Server(channelOptions);
  #handshake;
  #child;
  #client;

  constructor(launch, output, exit) {
    this.#launch = launch;
    this.#output = output;
    this.#exit = exit;
    const forward = (name) => (call, done) => {
      this.#pack({}).then((client) => client[name](call.request, call.metadata, done), done);
    };
    const names = Object.keys(AnalyzerService);
    this.#server.addService(AnalyzerService, {
      ...Object.fromEntries(names.map((name) => [name, forward(name)])),
      handshake: (call, done) => {
        this.#handshake = call.request;
        done(null, new analyzer.AnalyzerHandshakeResponse());
      },
      configureStack: (call, done) => {
        this.#pack(stackEnvironment(call.request))
          .then((client) => optional((answer) => client.configureStack(call.request, answer)))
          .then(() => done(null, new analyzer.AnalyzerStackConfigureResponse()), done);
      },
      cancel: (_call, done) => {
        this.close();
        done(null, new Empty());
      },
    });
  }

  listen() {
    return listen(this.#server);
  }

  close() {
    if (this.#child) stop(this.#child);
    this.#server.forceShutdown();
  }

  /** The pack, started by the first who asks. */
  #pack(environment) {
    this.#client ??= this.#start(environment);
    return this.#client;
  }

  async #start(environment) {
    const child = (this.#child = this.#launch(environment));
    const port = await new Promise((resolve, reject) => {
      let text = "";
      let found = false;
      child.stdout.on("data", (data) => {
        if (found) return this.#output(data);
        text += data;
        const line = /^(\d+)\r?\n/m.exec(text);
        if (!line) return;
        found = true;
        resolve(line[1]);
      });
      child.once("error", reject);
      child.once("close", (code) => {
        reject(new Error(`the policy pack ended with ${code} before it was ready`));
        this.#exit(code ?? 1);
      });
    });
    const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), channelOptions);
    const { promise, resolve, reject } = Promise.withResolvers();
    client.waitForReady(Date.now() + 30_000, (error) => (error ? reject(error) : resolve()));
    await promise;
    if (this.#handshake) await optional((answer) => client.handshake(this.#handshake, answer));
    return client;
  }
}

/** A call that an older pack may not know. */
function optional(call) {
  return new Promise((resolve, reject) => {
    call((error, answer) => (error && error.code !== grpc.status.UNIMPLEMENTED ? reject(error) : resolve(answer)));
  });
}

function stackEnvironment(request) {
  return {
    ...configuration(request.getConfigMap(), request.getConfigSecretKeysList()),
    PULUMI_NODEJS_ORGANIZATION: request.getOrganization(),
    PULUMI_NODEJS_PROJECT: request.getProject(),
    PULUMI_NODEJS_STACK: request.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(request.getDryRun()),
  };
}
