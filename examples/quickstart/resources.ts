import * as pulumi from "@pulumi/pulumi";

/** A stand-in for a cloud resource, so that the quick start needs no cloud account: it only keeps its inputs. */
const provider: pulumi.dynamic.ResourceProvider = {
  create: (inputs: object) => Promise.resolve({ id: "example", outs: inputs }),
  update: (_id, _olds, news: object) => Promise.resolve({ outs: news }),
};

/** The customer's end of a VPN connection: in real life an `aws.ec2.CustomerGateway`, say. */
export class CustomerGateway extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    args: { ipAddress: pulumi.Input<string>; tags: pulumi.Input<Record<string, pulumi.Input<string>>> },
  ) {
    super(provider, name, args, {}, "quickstart", "CustomerGateway");
  }
}
