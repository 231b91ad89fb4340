import type { ResourceValidationArgs } from "@pulumi/policy";
import { inventoryPolicy } from "../../policy/own.js";

// What it is about is asked before any inventory is.
jest.mock("../../policy/opened.js", () => ({ openFor: () => Promise.resolve({ failure: "no inventory" }) }));

/** Is a policy for these types about this one? */
async function isAbout(type: string, types?: readonly string[]): Promise<boolean> {
  const { validateResource } = inventoryPolicy({
    name: "own",
    check: () => undefined,
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
])("a policy of one's own takes types as the rules file does: %s by %j is %j", async (type, types, about) => {
  expect(await isAbout(type, types)).toBe(about);
});
