import fc from "../helpers/fast-check";
import { stackNameOf } from "../../drift/stack-name";
import {
  fitsResource,
  pulumiUrn,
  qualifiedStackOf,
  qualifyUrn,
  realOrganization,
} from "../../policy/rules/organization-urn";

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
const stack = fc.stringMatching(/^[A-Za-z0-9_.\-/\r\n é]{1,12}$/);

test("a URN with its organisation has the full name of the stack, and is Pulumi's own again without it", () => {
  fc.assert(
    fc.property(name, name, stack, fc.string(), (organization, project, of, rest) => {
      const urn = `urn:pulumi:${of}::${project}::a:b:C$d:e:F::${rest}`;
      const full = qualifyUrn(urn, organization);
      expect(pulumiUrn(full)).toBe(urn);
      expect(qualifiedStackOf(full)).toBe(`${organization}/${project}/${of}`);
      expect(stackNameOf(full)).toBe(`${organization}/${project}/${of}`);
      expect(qualifyUrn(urn, undefined)).toBe(urn);
    }),
  );
});

test.each([
  "",
  "urn",
  "urn:terraform:acme/net/prod::terraform::a::b",
  "urn:orange-cmdb:inventory",
  "urn:pulumi:::net::x",
])("%j has no organisation, and gets none", (urn) => {
  expect([qualifyUrn(urn, "acme"), pulumiUrn(urn), qualifiedStackOf(urn)]).toEqual([urn, urn, undefined]);
});

test("a slash in the name of a stack is no organisation", () => {
  for (const urn of ["urn:pulumi:a/b::net::t::n", "urn:pulumi:acme/shop/prod::net::t::n"])
    expect([qualifiedStackOf(urn), pulumiUrn(urn)]).toEqual([undefined, urn]);
});

test("a backend without organisations has none", () => {
  expect([undefined, "", "organization", "acme"].map(realOrganization)).toEqual([
    undefined,
    undefined,
    undefined,
    "acme",
  ]);
});

test("a pattern without an organisation fits every organisation, and one with it that alone", () => {
  const urn = "urn:pulumi:acme/net/prod::net::a:b:C::x";
  for (const pattern of ["*", "*::x", "urn:pulumi:prod::net::*", "urn:pulumi:acme/*", urn, pulumiUrn(urn)])
    expect([pattern, fitsResource(pattern, urn)]).toEqual([pattern, true]);
  for (const pattern of ["urn:pulumi:globex/*", "urn:pulumi:net/prod::*", "urn:pulumi:acme/prod::*", "acme/net/prod"])
    expect([pattern, fitsResource(pattern, urn)]).toEqual([pattern, false]);
  expect(fitsResource("urn:pulumi:acme/*", pulumiUrn(urn))).toBe(false);
});
