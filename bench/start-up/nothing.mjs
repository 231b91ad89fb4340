// A provider plugin that does nothing: it serves Pulumi's messages, refuses each, and prints its port.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const refuse = (_call, done) => done({ code: grpc.status.UNIMPLEMENTED, message: "nothing" });
const server = new grpc.Server();
server.addService(
  ResourceProviderService,
  Object.fromEntries(Object.keys(ResourceProviderService).map((name) => [name, refuse])),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
