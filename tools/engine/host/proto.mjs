import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// Pulumi's own messages, as its SDK ships them.
export const grpc = require("@grpc/grpc-js");
export const language = require("@pulumi/pulumi/proto/language_pb.js");
export const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
export const analyzer = require("@pulumi/pulumi/proto/analyzer_pb.js");
export const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb.js");
export const { AnalyzerService, AnalyzerClient } = require("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
export const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

/** Pulumi's own limit: states and resources can be large. */
export const channelOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

/** Serves on a free port of the loopback interface. Returns the port. */
export function listen(server) {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
