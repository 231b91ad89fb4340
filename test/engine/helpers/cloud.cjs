// Providers of any clouds that keep the inputs they receive: the engine, the programs and the types are real, the clouds are not.
// Prints the port of each as Pulumi's variable for providers in a debugger has it, and ends with its input.
const { promisify } = require("node:util");
const grpc = require("@grpc/grpc-js");
const provider = require("@pulumi/pulumi/proto/provider_pb.js");
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");

const plain = (struct) => struct?.toJavaScript() ?? {};

/** What the cloud alone decides: known once the resource is made. */
const made = { made: "LOC-NONE" };
const unknown = { made: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };

/** The types that programs without classes, as in YAML, ask for. */
const text = { type: "string" };
const inputProperties = { ipAddress: text, tags: { type: "object", additionalProperties: text } };
const gateway = { inputProperties, properties: { ...inputProperties, made: text } };
const schemaOf = (name) => ({
  name,
  version: "1.0.0",
  resources: name === "aws" ? { "aws:ec2/customerGateway:CustomerGateway": gateway } : {},
});

const answersOf = (name) => ({
  getSchema(_call, done) {
    const response = new provider.GetSchemaResponse();
    response.setSchema(JSON.stringify(schemaOf(name)));
    done(null, response);
  },
  getPluginInfo(_call, done) {
    const info = new plugin.PluginInfo();
    info.setVersion("1.0.0");
    done(null, info);
  },
  checkConfig: checked,
  check: checked,
  diffConfig: (_call, done) => done(null, new provider.DiffResponse()),
  configure(_call, done) {
    const response = new provider.ConfigureResponse();
    response.setSupportspreview(true);
    done(null, response);
  },
  diff(call, done) {
    const { made: _made, ...olds } = plain(call.request.getOlds());
    const same = JSON.stringify(olds) === JSON.stringify(plain(call.request.getNews()));
    const response = new provider.DiffResponse();
    response.setChanges(same ? 1 : 2);
    done(null, response);
  },
  create(call, done) {
    const { request } = call;
    const response = new provider.CreateResponse();
    response.setId(request.getPreview() ? "" : "id");
    const more = request.getPreview() ? unknown : made;
    response.setProperties(Struct.fromJavaScript({ ...plain(request.getProperties()), ...more }));
    done(null, response);
  },
  update(call, done) {
    const response = new provider.UpdateResponse();
    response.setProperties(Struct.fromJavaScript({ ...plain(call.request.getNews()), ...made }));
    done(null, response);
  },
  read(call, done) {
    const response = new provider.ReadResponse();
    response.setId(call.request.getId());
    response.setProperties(call.request.getProperties());
    response.setInputs(call.request.getInputs() ?? call.request.getProperties());
    done(null, response);
  },
  delete: (_call, done) => done(null, new Empty()),
  // The call of an engine that did not start the provider.
  attach: (_call, done) => done(null, new Empty()),
  cancel: (_call, done) => done(null, new Empty()),
});

function checked(call, done) {
  const response = new provider.CheckResponse();
  response.setInputs(call.request.getNews());
  done(null, response);
}

const unimplemented = (name) => (_call, done) => done({ code: grpc.status.UNIMPLEMENTED, message: name });

/** Serves a cloud, and returns its port. */
function serve(name) {
  const server = new grpc.Server();
  const answers = answersOf(name);
  const calls = Object.keys(ResourceProviderService);
  server.addService(
    ResourceProviderService,
    Object.fromEntries(calls.map((call) => [call, answers[call] ?? unimplemented(call)])),
  );
  return promisify(server.bindAsync).call(server, "127.0.0.1:0", grpc.ServerCredentials.createInsecure());
}

process.stdin.resume().on("end", () => process.exit());
const names = process.argv.slice(2);
Promise.all(names.map(serve)).then((ports) => console.log(names.map((name, at) => `${name}:${ports[at]}`).join(",")));
