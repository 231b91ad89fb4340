import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { getConfigurationItems, getLocations } from "pulumi-orange-cmdb";

const config = new pulumi.Config();
const country = config.require("country");
const transitGatewayId = config.require("transitGatewayId");
const bgpAsn = config.require("bgpAsn");

// Creates a VPN connection for each router that is in service at a location of the country. If a location is added or removed in
// the CMDB, the next preview shows it.
export = async () => {
  const sites = await getLocations({ filters: [{ name: "country", values: [country] }] });
  const routers = await getConfigurationItems({
    filters: [
      { name: "type", values: ["ROUTER"] },
      { name: "status", values: ["OPERATIONAL"] },
      { name: "locationId", values: sites.ids },
    ],
  });

  const connections = routers.records.map((router) => {
    const name = router.name ?? router.id;
    const site = { "cmdb:location": router.locationId ?? "" };
    const gateway = new aws.ec2.CustomerGateway(name, {
      type: "ipsec.1",
      bgpAsn,
      ipAddress: String(router.ipAddress),
      tags: { Name: name, "cmdb:configuration-item": router.id, ...site },
    });
    return new aws.ec2.VpnConnection(name, {
      type: "ipsec.1",
      customerGatewayId: gateway.id,
      transitGatewayId,
      tags: { Name: name, ...site },
    });
  });
  return { country, routers: routers.ids, connections: connections.map(({ id }) => id) };
};
