import type { DoctorReport, Verdict } from "../../provider/doctor";
import type { Ended, Scene } from "../helpers/mirror";

/** What the doctor says with the settings of a scene. */
export async function examine(
  scene: Scene,
  changes: Record<string, string> = {},
): Promise<{ report: DoctorReport; ended: Ended }> {
  const ended = await scene.cli(["doctor", "-o", "json"], changes);
  return { report: JSON.parse(ended.out) as DoctorReport, ended };
}

/** What it says of an assumption. */
export function verdict({ assumptions }: DoctorReport, number: number): Verdict | undefined {
  return assumptions.find((one) => one.number === number);
}
