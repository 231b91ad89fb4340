import { camelCase, kebabCase, snakeCase } from "../../provider/platform/case";

test.each([
  ["id", "id", "id"],
  ["locationId", "location_id", "location-id"],
  ["ipv4Address", "ipv4_address", "ipv4-address"],
  ["baseUrlOfApi", "base_url_of_api", "base-url-of-api"],
])("%s is %s and %s, and both are converted back", (camel, snake, kebab) => {
  expect([snakeCase(camel), kebabCase(camel)]).toEqual([snake, kebab]);
  expect([camelCase(snake), camelCase(kebab), camelCase(camel)]).toEqual([camel, camel, camel]);
});

test("a digit after the separator joins the name, as in Pulumi's names of Terraform attributes", () => {
  expect(camelCase("vpc_2_id")).toBe("vpc2Id");
});
