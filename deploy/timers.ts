/** `npm run deploy:timers [-- sources.json]`: writes `s.sources.yaml`, from a file or from `MPS_SOURCES`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { sourceList } from '#core/source-list.ts';
import { readArguments } from '#scripts/read-arguments.ts';
import { deploymentFile, environmentName } from './fc3.ts';
import { listKeyVariables } from './group-sources.ts';
import { toAlertSources, toSourcesDeployment } from './sources-deployment.ts';

const usage = `npm run deploy:timers -- [sources.json]
Writes s.sources.yaml, a timer a source, from a file as docs/sources.md describes it, or else from MPS_SOURCES.`;
const [path] = readArguments(usage, { allowPositionals: true }).positionals;
const text = path === undefined ? (process.env.MPS_SOURCES ?? '') : readFileSync(path, 'utf8');
const sources = sourceList.safeParse(text);
if (!sources.success) {
  const from = path ?? 'MPS_SOURCES';
  process.stderr.write(`${from} must be a JSON array of sources, as docs/sources.md describes them\n`);
  process.exit(2);
}
const refused = sources.data.flatMap(listKeyVariables).filter((name) => !environmentName.test(name));
if (refused.length > 0) {
  process.stderr.write(`${refused.join(', ')}: a variable of a function begins with a letter, and not with FC_\n`);
  process.exit(2);
}
const deployment = toSourcesDeployment(deploymentFile.parse(parse(readFileSync('s.yaml', 'utf8'))), sources.data);
const header = '# One timer a source. Written by npm run deploy:timers: docs/scaling.md, "One timer a source".\n';
writeFileSync('s.sources.yaml', header + stringify(deploymentFile.parse(deployment)));
const functions = Object.keys(deployment.resources).length;
process.stdout.write(`s.sources.yaml: ${sources.data.length} timers in ${functions} functions\n`);
process.stdout.write(`For the alert function, in .env: MPS_SOURCES='${toAlertSources(sources.data)}'\n`);
