import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { findProject, readProject, type ProjectPlace } from "../../policy/config/pulumi-project.js";
import { repositoryOf } from "../common/repository.js";
import type { Report, ReportFinding } from "../report/schema.js";

/** Folders for positions of findings. */
export interface Sources {
  /** The folder of the stacks' project, or one below it. */
  readonly cwd: string;
  /** The folder that paths are relative to. Default: the root of the Git repository, else the current folder. */
  readonly root?: string | undefined;
}

interface Project extends ProjectPlace {
  readonly name: unknown;
}

function projectOf(folder: string): Project | undefined {
  const place = findProject(folder);
  try {
    return place && { ...place, name: readProject(place)["name"] };
  } catch {
    return undefined;
  }
}

/** Returns the path of a file from the root; undefined if there is no such file below it. */
type PathsFrom = (path: string) => string | undefined;

function pathsFrom(root: string): PathsFrom {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (!known.has(path)) {
      const file = relative(resolve(root), resolve(path));
      const isBelow = file !== "" && !file.startsWith("..") && !isAbsolute(file);
      known.set(path, isBelow && existsSync(path) ? file.replaceAll("\\", "/") : undefined);
    }
    return known.get(path);
  };
}

function withSourceFile(report: Report, candidates: readonly string[], inRepository: PathsFrom): Report {
  const sourceFile = candidates.map(inRepository).find((file) => file !== undefined);
  return sourceFile === undefined ? report : { ...report, sourceFile };
}

/** Sets the file to name for findings of a plan without a position: `main.tf`, another file of the configuration, or the rules file. */
export function placePlan(report: Report, folder: string): Report {
  const files = readdirSync(folder).filter((name) => /\.(tf|tofu)$/.test(name));
  const candidates = ["main.tf", ...files].map((name) => join(folder, name));
  return withSourceFile(
    report,
    [...candidates, ...report.ruleSources],
    pathsFrom(repositoryOf(resolve(folder)) ?? folder),
  );
}

/**
 * Makes the position of each finding relative to the repository's root, as code scanning expects it. A position is removed if its
 * file does not exist there or belongs to another project: a state gives positions relative to its own project.
 */
export function placeInRepository(report: Report, { cwd, root }: Sources): Report {
  const inRepository = pathsFrom(root ?? repositoryOf(resolve(cwd)) ?? ".");
  const project = projectOf(cwd);
  const place = ({ position, ...finding }: ReportFinding): ReportFinding => {
    if (!position || !project || projectIn(finding.urn) !== project.name) return finding;
    const file = inRepository(join(project.folder, position.file));
    return file === undefined ? finding : { ...finding, position: { ...position, file } };
  };
  const candidates = [...(project ? [project.file] : []), ...report.ruleSources];
  return {
    ...withSourceFile(report, candidates, inRepository),
    findings: report.findings.map(place),
    knownFindings: report.knownFindings.map(place),
    ignored: report.ignored.map((entry) => ({ ...entry, finding: place(entry.finding) })),
  };
}

function projectIn(urn: string): string | undefined {
  return /^urn:pulumi:.*?::(.*?)::/s.exec(urn)?.[1];
}
