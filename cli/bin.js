#!/usr/bin/env node
// The sources are TypeScript: tsx reads them as they are, from a checkout without a build.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
await main(process.argv, process.env);
