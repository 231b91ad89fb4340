import * as meraki from "@pulumi/meraki";
import * as pulumi from "@pulumi/pulumi";
import { getConfigurationItems, getLocations } from "pulumi-orange-cmdb";

const config = new pulumi.Config();
const organizationId = config.require("organizationId");
const vendor = config.require("vendor");
const timeZones = config.requireObject<Record<string, string>>("timeZones");

// Creates a Meraki network for each location, with the location's name. Each device of the vendor there gets its name from the
// CMDB and the postal address of the location, which places it on the map of the dashboard.
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
