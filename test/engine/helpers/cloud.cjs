// A provider of any cloud that keeps the inputs it receives: the engine, the programs and the types are real, the cloud is not.
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
const name = process.argv[2];
const schema = {
  name,
  version: "1.0.0",
  resources: name === "aws" ? { "aws:ec2/customerGateway:CustomerGateway": gateway } : {},
};

const answers = {
  getSchema(_call, done) {
    const response = new provider.GetSchemaResponse();
    response.setSchema(JSON.stringify(schema));
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
  cancel: (_call, done) => done(null, new Empty()),
};

function checked(call, done) {
  const response = new provider.CheckResponse();
  response.setInputs(call.request.getNews());
  done(null, response);
}

const server = new grpc.Server();
const unimplemented = (name) => (_call, done) => done({ code: grpc.status.UNIMPLEMENTED, message: name });
server.addService(
  ResourceProviderService,
  Object.fromEntries(Object.keys(ResourceProviderService).map((name) => [name, answers[name] ?? unimplemented(name)])),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
