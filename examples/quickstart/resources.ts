import * as pulumi from "@pulumi/pulumi";

/** Replaces a cloud resource, so that the quick start needs no cloud account. It only stores its inputs. */
const provider: pulumi.dynamic.ResourceProvider = {
  create: (inputs: object) => Promise.resolve({ id: "example", outs: inputs }),
  update: (_id, _olds, news: object) => Promise.resolve({ outs: news }),
};

/** The customer side of a VPN connection, such as an `aws.ec2.CustomerGateway`. */
export class CustomerGateway extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    args: { ipAddress: pulumi.Input<string>; tags: pulumi.Input<Record<string, pulumi.Input<string>>> },
  ) {
    super(provider, name, args, {}, "quickstart", "CustomerGateway");
  }
}
