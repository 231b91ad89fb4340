import type { ResourceValidationArgs } from "@pulumi/policy";
import { inventoryPolicy } from "../../policy/own.js";

// What it is about is asked before any inventory is.
jest.mock("../../policy/opened.js", () => ({ openFor: () => Promise.resolve({ failure: "no inventory" }) }));

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
])("a policy of one's own takes types as the rules file does: %s by %j is %j", async (type, types, about) => {
  expect(await isAbout(type, types)).toBe(about);
});

test.each([
  [{ name: "a", chek: nothing }, "inventoryPolicy takes no argument chek; did you mean check?"],
  [{ name: "a" }, "inventoryPolicy: check must be a function"],
  [{ name: 7, check: nothing }, "inventoryPolicy: name must be a text, not a number"],
  [{ name: "", check: nothing }, "inventoryPolicy: name must not be empty"],
  [{ name: "a", check: nothing, types: 7 }, "inventoryPolicy: types must be a list of texts, not a number"],
  [{ name: "a", check: nothing, enforcementLevel: "strict" }, "enforcementLevel must be one of advisory, mandatory,"],
  ["a", "inventoryPolicy takes an object with name, check, "],
])("%j is refused with the argument that is wrong", (args, said) => {
  expect(() => inventoryPolicy(args as never)).toThrow(said);
});
