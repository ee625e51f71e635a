// Bundles the scripts. Called by keqiao.config.assets with the output folder.
import { build } from "esbuild";

const [outdir] = process.argv.slice(2);
await build({
  entryPoints: ["src/js/app.js", "src/js/calendar.js", "src/js/charts.js", "src/js/theme.js"],
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "eof",
  logLevel: "warning",
});
