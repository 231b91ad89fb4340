import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import protobuf from "protobufjs/light.js";
import { messages } from "./messages.js";

const root = protobuf.Root.fromJSON(messages);

/** Convert to JavaScript numbers and names, with all fields. */
const plain = { longs: Number, enums: String, defaults: true, oneofs: true };

function coding(type: protobuf.Type): { serialize(value: object): Buffer; deserialize(bytes: Buffer): object } {
  return {
    serialize: (value) => Buffer.from(type.encode(type.fromObject(value)).finish()),
    deserialize: (bytes) => type.toObject(type.decode(bytes), plain),
  };
}

function method(
  service: protobuf.Service,
  { name, requestType, responseType }: protobuf.Method,
): MethodDefinition<object, object> {
  const request = coding(service.lookupType(requestType));
  const response = coding(service.lookupType(responseType));
  return {
    path: `/${service.fullName.slice(1)}/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value) => request.serialize(value),
    requestDeserialize: (bytes) => request.deserialize(bytes),
    responseSerialize: (value) => response.serialize(value),
    responseDeserialize: (bytes) => response.deserialize(bytes),
  };
}

/** Returns a service of the plugin protocol by its full name, for a server or a client. */
export function serviceOf(name: "tfplugin6.Provider" | "plugin.GRPCController"): ServiceDefinition {
  const service = root.lookupService(name);
  return Object.fromEntries(service.methodsArray.map((each) => [each.name, method(service, each)]));
}
