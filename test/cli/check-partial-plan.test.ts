import type { Report } from "../../drift/report/schema";
import { par, rulesText, tagsOf, usePlans, whole, type PlanJson } from "./helpers/check";

const { inFolder, file, plan, check, report } = usePlans();

describe("an incomplete plan", () => {
  const cover = JSON.stringify({
    ...(JSON.parse(rulesText) as object),
    cover: [{ kind: "configurationItem", where: "type == 'ROUTER'" }],
  });
  const covered = (path: string): Promise<Report & { code: number }> =>
    report(path, "--rules", file("cover.json", cover));

  /** As `-target=aws_vpc.london` makes it. */
  const targeted = (complete: boolean | undefined) => (made: PlanJson) => {
    made.resource_changes = made.resource_changes.filter(({ address }) => address === "aws_vpc.london");
    made["planned_values"] = { root_module: {} };
    if (complete === undefined) delete made.complete;
    else made.complete = complete;
  };

  test.each([
    ["by the complete flag of Terraform", false],
    ["without the flag, as OpenTofu writes it", undefined],
  ])(
    "is detected %s; its missing resources are not evaluated, and rules of the stack are undecided",
    async (_name, complete) => {
      const found = await covered(plan(targeted(complete)));
      expect(found).toMatchObject({ code: 0, plan: { partial: true }, stacks: [{ resources: 1 }] });
      expect(found.notes.map(({ message }) => message)).toEqual(
        expect.arrayContaining([expect.stringContaining("the plan is incomplete (-target")]),
      );
      // Two gateways stay deployed and count.
      const [uncovered] = found.findings.filter(({ rule }) => rule === "inventory-covered");
      if (complete === false) expect(uncovered).toMatchObject({ severity: "info", undecided: true });
      const { out } = await check(inFolder("plan.json"));
      expect(out).toContain("Note: the plan is incomplete");
      expect((await check(inFolder("plan.json"), "-o", "markdown")).out).toContain("the plan is incomplete");
      expect((await check(inFolder("plan.json"), "-o", "github")).out).toContain(
        "::notice title=note::the plan is incomplete",
      );
    },
  );

  test("counts the claims of resources that stay deployed", async () => {
    const found = await report(
      plan((made) => {
        made.complete = false;
        made.resource_changes = made.resource_changes.filter(({ address }) => address === par);
        const [only] = made.resource_changes;
        Object.assign(only?.change.after ?? {}, { ...tagsOf("CI-RTR-LYS-001", "LOC-LYS-001"), ip_address: "10.0.0.7" });
      }),
    );
    expect(found.findings.filter(({ severity }) => severity === "error")).toMatchObject([
      { rule: "reference-unique", message: expect.stringContaining('branch["lys"]') },
    ]);
  });

  test("has a note with the resources of the configuration that are missing in it", async () => {
    const found = await covered(
      plan((made) => {
        targeted(false)(made);
        made.resource_changes = (JSON.parse(whole) as PlanJson).resource_changes.filter(
          ({ type }) => type === "aws_customer_gateway",
        );
      }),
    );
    expect(found.notes[0]?.message).toContain("were not checked: aws_vpc.london");
  });

  test("is not reported for a complete plan", async () => {
    expect(await covered(plan())).toMatchObject({ plan: { partial: false }, notes: [] });
    const open = await covered(plan((made) => delete made.complete));
    expect(open).toMatchObject({ plan: { partial: false } });
  });
});
