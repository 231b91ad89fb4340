import fc from "../helpers/fast-check";
import { stackNameOf } from "../../drift/common/stack-name";
import {
  fitsResource,
  pulumiUrn,
  qualifiedStackOf,
  qualifyUrn,
  realOrganization,
} from "../../policy/rules/resource/organization-urn";

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
const stack = fc.stringMatching(/^[A-Za-z0-9_.\-/\r\n é]{1,12}$/);

test("an organisation can be added to a URN and removed again", () => {
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

test("a slash in a stack name is not an organisation", () => {
  for (const urn of ["urn:pulumi:a/b::net::t::n", "urn:pulumi:acme/shop/prod::net::t::n"])
    expect([qualifiedStackOf(urn), pulumiUrn(urn)]).toEqual([undefined, urn]);
});

test("a backend without organisations adds none", () => {
  expect([undefined, "", "organization", "acme"].map(realOrganization)).toEqual([
    undefined,
    undefined,
    undefined,
    "acme",
  ]);
});

test("a pattern matches any organisation unless it names one", () => {
  const urn = "urn:pulumi:acme/net/prod::net::a:b:C::x";
  for (const pattern of ["*", "*::x", "urn:pulumi:prod::net::*", "urn:pulumi:acme/*", urn, pulumiUrn(urn)])
    expect([pattern, fitsResource(pattern, urn)]).toEqual([pattern, true]);
  for (const pattern of ["urn:pulumi:globex/*", "urn:pulumi:net/prod::*", "urn:pulumi:acme/prod::*", "acme/net/prod"])
    expect([pattern, fitsResource(pattern, urn)]).toEqual([pattern, false]);
  expect(fitsResource("urn:pulumi:acme/*", pulumiUrn(urn))).toBe(false);
});
