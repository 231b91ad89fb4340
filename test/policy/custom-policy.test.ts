import type { ResourceValidationArgs } from "@pulumi/policy";
import {
  inventoryPolicy,
  setInventoryProvider,
  usesInventory,
  type InventoryProvider,
} from "../../policy/engine/custom-policy.js";

// What it is about is asked before any inventory is.
jest.mock("../../policy/engine/inventory-result.js", () => ({
  openForPolicies: () => Promise.resolve({ failure: "no inventory" }),
}));

const nothing = (): undefined => undefined;

/** Is a policy for these types about this one? */
async function isAbout(type: string, types?: readonly string[]): Promise<boolean> {
  const { validateResource } = inventoryPolicy({
    name: "own",
    check: nothing,
    ...(types ? { types } : {}),
  });
  if (typeof validateResource !== "function") throw new Error("one function is expected");
  const notApplicable = jest.fn(() => {
    throw new Error("not applicable");
  });
  const args = { type, notApplicable } as unknown as ResourceValidationArgs;
  await Promise.resolve(validateResource(args, () => undefined)).catch(() => undefined);
  return notApplicable.mock.calls.length === 0;
}

const gateway = "aws:ec2/customerGateway:CustomerGateway";

test.each([
  [gateway, undefined, true],
  ["pulumi:pulumi:Stack", undefined, false],
  ["pulumi:providers:aws", undefined, false],
  ["pulumi:pulumi:StackReference", undefined, true],
  [gateway, [gateway], true],
  [gateway, ["*:CustomerGateway"], true],
  [gateway, ["aws:*"], true],
  [gateway, ["azure-native:*", "aws:ec2"], false],
])("a custom policy matches types as the rules file does: %s by %j is %j", async (type, types, about) => {
  expect(await isAbout(type, types)).toBe(about);
});

/** What a policy reports of a resource. */
async function reportsOf({ validateResource }: ReturnType<typeof inventoryPolicy>): Promise<string[]> {
  if (typeof validateResource !== "function") throw new Error("one function is expected");
  const reports: string[] = [];
  await validateResource({ type: gateway } as ResourceValidationArgs, (message) => reports.push(String(message)));
  return reports;
}

test("a custom policy uses the inventory of the pack that has it, also as a copy; another policy is not affected", async () => {
  const [shared, alone] = [
    inventoryPolicy({ name: "a", check: nothing }),
    inventoryPolicy({ name: "b", check: nothing }),
  ];
  const provider: InventoryProvider = {
    mode: "fail",
    opened: () => Promise.resolve({ failure: "refused by the pack" }),
  };
  expect([
    usesInventory([shared]),
    usesInventory([{ ...alone }]),
    usesInventory([{ name: "c", description: "" }]),
  ]).toEqual([true, true, false]);
  setInventoryProvider([{ ...shared }, { name: "c", description: "" }], provider);
  expect(await reportsOf(shared)).toEqual(["nothing was checked: refused by the pack"]);
  expect(await reportsOf(shared)).toEqual([]);
  expect(await reportsOf(alone)).toEqual(["nothing was checked: no inventory"]);
});

test.each([
  [{ name: "a", chek: nothing }],
  [{ name: "a" }],
  [{ name: 7, check: nothing }],
  [{ name: "", check: nothing }],
  [{ name: "a", check: nothing, types: 7 }],
  [{ name: "a", check: nothing, enforcementLevel: "strict" }],
  ["a"],
])("%j is rejected with the name of the wrong argument", (args) => {
  expect(() => inventoryPolicy(args as never)).toThrowErrorMatchingSnapshot();
});
