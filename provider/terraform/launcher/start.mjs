// Checks the version before it loads code that an older Node.js cannot parse.
const oldest = [22, 16];
const [major, minor] = process.versions.node.split(".").map(Number);

if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) {
  await import("./provider.js");
} else {
  const needs = `terraform-provider-orangecmdb needs Node.js ${oldest.join(".")} or later`;
  console.log(
    `${needs}, and ${process.execPath} is ${process.version}; set ORANGE_CMDB_NODE to the path of a newer one`,
  );
  // OpenTofu shows that line where the program is still there when it has read it.
  setTimeout(() => process.exit(1), 1000);
}
