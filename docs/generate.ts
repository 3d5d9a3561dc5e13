import { writeFile } from 'node:fs/promises';
import { renderConfiguration } from './configuration-table.ts';

await writeFile(new URL('configuration.md', import.meta.url), renderConfiguration());
