// The manifests of package managers, for the command.
import { nameOf } from "./targets.mjs";

/** @param archives the name and checksum of each archive, by its target */
const archiveOf = (archives, os, arch) => archives.find(({ target }) => nameOf(target) === `${os}_${arch}`);

/** Returns the formula for Homebrew; undefined without the archives that it names. */
export function homebrewFormula({ version, downloads, repositoryUrl }, archives) {
  const block = (os, arch, condition) => {
    const { name, sha256 } = archiveOf(archives, os, arch);
    return `    ${condition} do\n      url "${downloads}/${name}"\n      sha256 "${sha256}"\n    end`;
  };
  const platforms = ["darwin", "linux"].flatMap((os) => ["arm64", "amd64"].map((arch) => [os, arch]));
  if (!platforms.every(([os, arch]) => archiveOf(archives, os, arch))) return undefined;
  const system = (os, name) =>
    `  on_${name} do\n${block(os, "arm64", "on_arm")}\n${block(os, "amd64", "on_intel")}\n  end`;
  return `class OrangeCmdb < Formula
  desc "Command of an Orange Business CMDB: records, drift report, checks of plans"
  homepage "${repositoryUrl}"
  version "${version}"
  license "Apache-2.0"

${system("darwin", "macos")}

${system("linux", "linux")}

  def install
    bin.install "orange-cmdb"
    generate_completions_from_executable(bin/"orange-cmdb", "completion")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/orange-cmdb --version")
  end
end
`;
}

/** Returns the manifest for Scoop; undefined without the archives that it names. */
export function scoopManifest({ version, downloads, repositoryUrl }, archives) {
  const found = { "64bit": archiveOf(archives, "windows", "amd64"), arm64: archiveOf(archives, "windows", "arm64") };
  if (!Object.values(found).every(Boolean)) return undefined;
  const architecture = Object.entries(found).map(([key, { name, sha256 }]) => [
    key,
    { url: `${downloads}/${name}`, hash: sha256 },
  ]);
  return {
    version,
    description: "Command of an Orange Business CMDB: records, drift report, checks of plans",
    homepage: repositoryUrl,
    license: "Apache-2.0",
    architecture: Object.fromEntries(architecture),
    bin: "orange-cmdb.exe",
    checkver: { github: repositoryUrl },
  };
}
