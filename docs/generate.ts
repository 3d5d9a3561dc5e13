import { readFile, writeFile } from 'node:fs/promises';
import { readArguments } from '#scripts/read-arguments.ts';
import { renderConfiguration } from './configuration-table.ts';
import { renderErrors } from './errors-table.ts';
import { renderScalingPage } from './scaling-page.ts';
import { renderDeployPage } from './sizes-table.ts';

readArguments(
  `npm run docs
Writes what the documents take from code and from bench/results: configuration, error codes, sizes, the scale model.`,
  {},
);
await writeFile(new URL('configuration.md', import.meta.url), renderConfiguration());
await writeFile(new URL('errors.md', import.meta.url), renderErrors());

const scaling = new URL('scaling.md', import.meta.url);
await writeFile(scaling, renderScalingPage(await readFile(scaling, 'utf8')));

const deploy = new URL('deploy.md', import.meta.url);
await writeFile(deploy, renderDeployPage(await readFile(deploy, 'utf8')));
