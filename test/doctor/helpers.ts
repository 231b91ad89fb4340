import type { DoctorReport, Verdict } from "../../provider/doctor";
import { kinds } from "../../provider/model/records";
import type { CommandResult, TestEnvironment } from "../helpers/environment";

/** Gives each record of the sandbox that has no `updatedAt` one, in another order than the ids. */
export function dateRecords({ sandbox }: TestEnvironment): void {
  for (const kind of kinds)
    [...sandbox.records(kind)].forEach(({ id, updatedAt }, index) => {
      const day = new Date(Date.UTC(2026, 0, 1 + ((7 * index) % 365))).toISOString();
      if (updatedAt === undefined) sandbox.update(kind, String(id), { updatedAt: day });
    });
}

/** What the doctor says with the settings of a scene, whose records are dated. */
export async function examine(
  scene: TestEnvironment,
  changes: Record<string, string> = {},
): Promise<{ report: DoctorReport; ended: CommandResult }> {
  dateRecords(scene);
  const ended = await scene.cli(["doctor", "-o", "json"], changes);
  return { report: JSON.parse(ended.out) as DoctorReport, ended };
}

/** What it says of an assumption. */
export function verdict({ assumptions }: DoctorReport, number: number): Verdict | undefined {
  return assumptions.find((one) => one.number === number);
}

/** What a report concludes about an assumption, and the observation behind it. */
export function outcome(report: DoctorReport, number: number): string {
  const found = verdict(report, number);
  return `${found?.verdict}: ${found?.seen}`;
}
