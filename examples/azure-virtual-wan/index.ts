import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { getConfigurationItems, getLocations, type RecordResult } from "pulumi-orange-cmdb";

const config = new pulumi.Config();
const resourceGroupName = config.require("resourceGroup");
const location = config.require("location");

/** `500 Mbit/s` and `20/500 Mbps` (sent/received) are 500, `1 Gbit/s` is 1000; undefined for any other format. */
function megabits(line: RecordResult): number | undefined {
  const [, number, unit] = /^(?:\d+\/)?(\d+) ([MG])b(?:it\/|p)s$/.exec(String(line.bandwidth)) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === "G" ? 1000 : 1);
}

// Creates a VPN site for each location with access lines. Each line is a link with the bandwidth of the line and the address of
// a router: the first line has the first router, and so on.
export = async () => {
  const [sites, lines, routers] = await Promise.all([
    getLocations(),
    getConfigurationItems({ filters: inService("category", "ACCESS_LINE") }),
    getConfigurationItems({ filters: inService("type", "ROUTER") }),
  ]);
  const wan = new network.VirtualWan("branches", { resourceGroupName, location, type: "Standard" });

  const made = sites.records.flatMap((site) => {
    const at = ({ locationId }: RecordResult): boolean => locationId === site.id;
    const own = routers.records.filter(at);
    const links = lines.records.filter(at).flatMap((line, index) => {
      const router = own[index];
      if (!router) return [];
      const linkSpeedInMbps = megabits(line);
      return [
        {
          name: line.name ?? line.id,
          ipAddress: String(router.ipAddress),
          linkProperties: { linkProviderName: "Orange Business", ...(linkSpeedInMbps ? { linkSpeedInMbps } : {}) },
        },
      ];
    });
    if (links.length === 0) return [];
    const vpnSite = new network.VpnSite(site.id.toLowerCase(), {
      resourceGroupName,
      location,
      virtualWan: { id: wan.id },
      vpnSiteLinks: links,
      tags: { "cmdb:location": site.id, ...(site.address ? { address: site.address } : {}) },
    });
    return [{ site: site.id, id: vpnSite.id, links: links.length }];
  });
  return { sites: made };
};

function inService(name: string, value: string): { name: string; values: string[] }[] {
  return [
    { name, values: [value] },
    { name: "status", values: ["OPERATIONAL"] },
  ];
}
