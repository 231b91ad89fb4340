import * as pulumi from "@pulumi/pulumi";
import {
  ConfigurationItem,
  getConfigurationItemOutput,
  getConfigurationItemsOutput,
  getLocationOutput,
} from "pulumi-orange-cmdb";
import { CustomerGateway } from "./resources";

const config = new pulumi.Config();

// Reads one location, the router there, and all routers in service.
const site = getLocationOutput({ id: "LOC-PAR-001" });
const router = getConfigurationItemOutput({ id: "CI-RTR-PAR-001" });
const routers = getConfigurationItemsOutput({
  filters: [
    { name: "type", values: ["ROUTER"] },
    { name: "status", values: ["OPERATIONAL"] },
  ],
});

// Refers to a record: the tag names it, and the policy pack compares the resource with it.
const address = config.get("routerAddress") || router.apply((item) => String(item.ipAddress));
new CustomerGateway("paris", {
  ipAddress: address,
  tags: { "cmdb:configuration-item": config.get("routerId") || "CI-RTR-PAR-001", "cmdb:location": site.id },
});

// Tracks the router: if it changes in the CMDB, the next preview and refresh show it.
const tracked = new ConfigurationItem("core-router", { configurationItemId: "CI-RTR-PAR-001" });

export const siteAddress = site.address;
export const routersInService = routers.ids.apply((ids) => ids.length);
export const coreRouterStatus = tracked.status;
