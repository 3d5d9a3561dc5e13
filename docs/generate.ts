import { writeFile } from 'node:fs/promises';
import { renderConfiguration } from './configuration-table.ts';
import { renderErrors } from './errors-table.ts';

await writeFile(new URL('configuration.md', import.meta.url), renderConfiguration());
await writeFile(new URL('errors.md', import.meta.url), renderErrors());
