import { ConfigurationItem, getConfigurationItems, Location } from "pulumi-orange-cmdb";

// The routers that the company cannot do without, and the places where they stand. Each is kept in the state: what the CMDB
// says of it since the last `pulumi up` shows as a difference in a plain preview, and watch.sh sends it on.
export = async () => {
  const { records } = await getConfigurationItems({
    filters: [{ name: "type", values: ["ROUTER"] }],
    where: "model == 'SRX345' && locationId != null",
  });
  for (const { id } of records) {
    new ConfigurationItem(id, { configurationItemId: id, track: ["status", "locationId", "ipAddress", "model"] });
  }
  for (const site of new Set(records.flatMap(({ locationId }) => locationId ?? [])))
    new Location(site, { locationId: site, track: ["name", "address"] });
  return { routers: records.map(({ id }) => id) };
};
