import { ConfigurationItem, getConfigurationItems, Location } from "pulumi-orange-cmdb";

// Tracks the core routers and their locations in the state. If the CMDB changes one after the last `pulumi up`, the next preview
// shows a difference, and watch.sh sends it to a webhook.
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
