import { checkChannels } from '#cli/doctor/channels.ts';
import { type Finding, inArea } from '#cli/doctor/check.ts';
import { checkDatabase } from '#cli/doctor/database.ts';
import { checkDelivery } from '#cli/doctor/delivery.ts';
import { checkMps } from '#cli/doctor/mps.ts';
import { type Config, type Environment, parseConfig } from '#core/config.ts';
import { AppError, toAppError } from '#core/errors.ts';
import type { Source } from '#core/source.ts';
import { toSources } from '#core/sources.ts';
import { variables } from '#core/variables.ts';

export interface Examination {
  readonly env: Environment;
  readonly migrationsFolder: string;
  /** For each check. */
  readonly timeoutMs: number;
  /** Whether to send a test message to every channel. */
  readonly sendTest: boolean;
}

/** Looks at everything the product needs, all of it at once, and finds something to say about each. */
export async function examine({ env, migrationsFolder, timeoutMs, sendTest }: Examination): Promise<Finding[]> {
  const { findings, config } = checkConfiguration(env);
  if (!config) return [...findings, inArea('DATABASE_URL').skipped('reachable', 'the configuration cannot be read')];
  const { DATABASE_URL: url, VIEW_DATABASE_URL: viewUrl } = config;
  const { sources, problem } = readSources(config);
  const database = checkDatabase({ use: 'DATABASE_URL', url, migrationsFolder, timeoutMs });
  const viewDatabase = viewUrl
    ? checkDatabase({ use: 'VIEW_DATABASE_URL', url: viewUrl, migrationsFolder, timeoutMs })
    : Promise.resolve({ findings: [] });
  const channels = checkChannels(config, timeoutMs);
  const mps = Promise.all(
    sources.map(async (source) => {
      const { usable } = await database;
      return checkMps({ source, env, quotaUrl: usable ? url : undefined, timeoutMs });
    }),
  );
  return [
    ...findings,
    ...(await database).findings,
    ...(await viewDatabase).findings,
    ...problem,
    ...(await mps).flat(),
    ...(await channels),
    ...(sendTest ? await checkDelivery(config, (await database).usable ? url : undefined) : []),
  ];
}

function checkConfiguration(env: Environment): { findings: Finding[]; config?: Config<'DATABASE_URL'> } {
  const { ok, fail } = inArea('configuration');
  try {
    const config = parseConfig(env, { required: ['DATABASE_URL'] });
    const set = Object.keys(variables).filter((name) => env[name]?.trim());
    return { findings: [ok('variables', `${set.length} set, all of them readable`), ...checkView(config)], config };
  } catch (thrown) {
    const problems = toAppError(thrown).message.split('\n');
    return { findings: problems.map((problem) => fail('variables', problem, 'See docs/configuration.md.')) };
  }
}

/** What a deployed view lacks. On a laptop neither is needed. */
function checkView(config: Config): Finding[] {
  const { ok, warn } = inArea('configuration');
  const { VIEW_TOKEN: tokens, VIEW_ACCESS_KEY_ID: id, VIEW_ACCESS_KEY_SECRET: secret } = config;
  const short = (tokens ?? []).filter((token) => token.length < 16).length;
  const findings = [
    tokens
      ? ok('VIEW_TOKEN', `${tokens.length} token(s)`)
      : warn('VIEW_TOKEN', 'not set: a deployed view answers nothing', 'Set it to a long random text.'),
  ];
  if (short > 0)
    findings.push(
      warn('VIEW_TOKEN', `${short} token(s) of fewer than 16 characters`, 'Use longer ones: openssl rand -base64 24.'),
    );
  if ((id === undefined) !== (secret === undefined)) {
    findings.push(
      warn(
        'replica',
        'half of its key is set, so it refuses every call',
        'Set both VIEW_ACCESS_KEY_ID and VIEW_ACCESS_KEY_SECRET, or neither.',
      ),
    );
  }
  return findings;
}

function readSources(config: Config): { sources: Source[]; problem: Finding[] } {
  try {
    return { sources: toSources(config), problem: [] };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { sources: [], problem: [inArea('MPS').error('sources', thrown)] };
  }
}
