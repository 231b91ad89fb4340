import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  PolicyConfig as WireConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { interceptRequests, type RequestListener } from "../../../policy/engine/intercept-requests.js";
import type { PolicyConfig } from "../../../policy/config/pack-config.js";
import { secretMark, signature } from "../../../provider/functions/pulumi-sentinels.js";

const secret = (value: JavaScriptValue): JavaScriptValue => ({ [signature]: secretMark, value });
const struct = (value: Record<string, JavaScriptValue>): Struct => Struct.fromJavaScript(value);

/** A listener that keeps what it receives, and the decoders that a server has that is started with it. */
function listen(error?: Error) {
  const secrets: Record<string, string[]> = {};
  const configs: (readonly [string, PolicyConfig])[] = [];
  const listener: RequestListener = {
    setSecrets: (urn, found) => (secrets[urn] = [...found]),
    configure: (given) => {
      configs.push(...given);
      return error;
    },
  };
  const { analyze, analyzeStack, configure } = interceptRequests(listener, () => ({
    analyze: AnalyzerService.analyze.requestDeserialize,
    analyzeStack: AnalyzerService.analyzeStack.requestDeserialize,
    configure: AnalyzerService.configure.requestDeserialize,
  }));
  return { secrets, configs, analyze, analyzeStack, configure };
}

const bytesOf = (message: { serializeBinary(): Uint8Array }): Buffer => Buffer.from(message.serializeBinary());

function analyzeRequest(urn: string, properties: Record<string, JavaScriptValue>): Buffer {
  const provider = new AnalyzerProviderResource().setProperties(struct({ defaultTags: secret("in provider") }));
  const request = new AnalyzeRequest().setUrn(urn).setProperties(struct(properties)).setProvider(provider);
  return bytesOf(request);
}

test("passes the secret texts of a resource and its provider to the listener", () => {
  const { secrets, analyze, analyzeStack } = listen();
  const request = analyze(analyzeRequest("a", { open: "x", deep: [{ key: secret({ of: ["s1", 7, "", null] }) }] }));
  expect([request.getUrn(), secrets]).toEqual(["a", { a: ["s1", "7", "in provider"] }]);
  const resource = new AnalyzerResource().setUrn("b").setProperties(struct({ key: secret("s2") }));
  const open = new AnalyzerResource().setUrn("c").setProperties(struct({ key: "open" }));
  analyzeStack(bytesOf(new AnalyzeStackRequest().setResourcesList([resource, open])));
  expect(secrets).toEqual({ a: ["s1", "7", "in provider"], b: ["s2"] });
});

function configureRequest(): Buffer {
  const request = new ConfigureAnalyzerRequest();
  const disabled = new WireConfig().setEnforcementlevel(2).setProperties(struct({ unique: { location: 2 } }));
  request.getPolicyconfigMap().set("reference-unique", disabled);
  return bytesOf(request);
}

test("passes the configuration to the listener, whose error is thrown where the request is read", () => {
  const { configs, configure } = listen();
  expect(configure(configureRequest()).getPolicyconfigMap().getLength()).toBe(1);
  expect(configs).toEqual([["reference-unique", { level: "disabled", properties: { unique: { location: 2 } } }]]);
  const refusing = listen(new Error("wrong"));
  const request = refusing.configure(configureRequest());
  expect(() => request.getPolicyconfigMap()).toThrow("wrong");
});

test("keeps two packs of one process apart, and leaves the service as it was", () => {
  const before = AnalyzerService.analyze.requestDeserialize;
  const [first, second] = [listen(), listen()];
  first.analyze(analyzeRequest("a", {}));
  second.analyze(analyzeRequest("b", {}));
  expect([first.secrets, second.secrets]).toEqual([{ a: ["in provider"] }, { b: ["in provider"] }]);
  expect(AnalyzerService.analyze.requestDeserialize).toBe(before);
  const failed = (): never => {
    throw new Error("not started");
  };
  expect(() => interceptRequests({ setSecrets: () => {}, configure: () => undefined }, failed)).toThrow("not started");
  expect(AnalyzerService.analyze.requestDeserialize).toBe(before);
});
