import * as meraki from "@pulumi/meraki";
import * as pulumi from "@pulumi/pulumi";
import { getConfigurationItems, getLocations } from "pulumi-orange-cmdb";

const config = new pulumi.Config();
const organizationId = config.require("organizationId");
const vendor = config.require("vendor");
const timeZones = config.requireObject<Record<string, string>>("timeZones");

// A Meraki network for every location, called as the CMDB calls it; every device of the vendor that stands there gets the
// CMDB's name and the location's postal address, which puts it on the dashboard's map.
export = async () => {
  const [sites, devices] = await Promise.all([
    getLocations(),
    getConfigurationItems({
      filters: [
        { name: "manufacturer", values: [vendor] },
        { name: "status", values: ["OPERATIONAL"] },
      ],
    }),
  ]);

  const networks = sites.records.map((site) => {
    const timeZone = timeZones[site.country ?? ""];
    if (timeZone === undefined) throw new pulumi.RunError(`timeZones names none for ${site.country} (${site.id})`);
    const network = new meraki.networks.Base(site.id, {
      organizationId,
      name: site.name ?? site.id,
      productTypes: ["appliance", "switch", "wireless"],
      timeZone,
      notes: site.address ?? "",
      tags: [`cmdb:location=${site.id}`],
    });
    for (const device of devices.records.filter(({ locationId }) => locationId === site.id)) {
      new meraki.devices.Base(
        device.id,
        {
          serial: String(device.serialNumber),
          name: device.name ?? device.id,
          address: site.address ?? "",
          tags: [`cmdb:configuration-item=${device.id}`, `cmdb:location=${site.id}`],
        },
        { dependsOn: network },
      );
    }
    return network;
  });
  return { networks: networks.map(({ id }) => id), devices: devices.ids };
};
