import { parseConfig } from '#core/config.ts';

/** The configuration of a timer function. The platform tells the region where no variable does. */
export function readConfig(region: string | undefined) {
  const env = { ...process.env, MPS_REGION: process.env.MPS_REGION || region };
  return parseConfig(env, { required: ['DATABASE_URL'] });
}
