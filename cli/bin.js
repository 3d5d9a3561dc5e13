#!/usr/bin/env node
// The sources are TypeScript: tsx reads them as they are, from a checkout without a build.
import { register } from 'tsx/esm/api';

// Whoever reads the output (`| head`) may have had enough: that is no failure, and nobody is left to tell it to.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
register();
const { main } = await import('./main.ts');
const { env, stdout: out, stderr: err } = process;
process.exitCode = await main(process.argv, { env, out, err, directory: process.cwd() });
