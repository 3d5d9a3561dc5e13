import { renderSilence } from '#cli/alerts-text.ts';
import type { CommandIo } from '#cli/io.ts';
import { print } from '#cli/print.ts';
import { alertRules } from '#core/alert-notification.ts';
import { toMpsTime, toSeconds } from '#core/clock.ts';
import { AppError } from '#core/errors.ts';
import { expireSilence, insertSilence } from '#db/alert-silence.ts';
import type { Database } from '#db/client.ts';
import { selectSilences } from '#db/select-alerts.ts';

export interface SilenceArguments {
  readonly rule?: string;
  readonly source?: string;
  readonly pipeline?: string;
  readonly code?: string;
  /** Seconds. */
  readonly for: number;
  readonly reason: string;
  readonly author: string;
  readonly json?: boolean;
  readonly io: CommandIo;
}

/** Makes a silence. Throws `usage` for a rule that there is not: such a silence would keep nothing quiet. */
export async function silence(database: Database, options: SilenceArguments): Promise<void> {
  const { rule = null, source = null, pipeline: pipelineId = null, code = null, reason, author, json, io } = options;
  if (rule !== null && !rule.endsWith('*') && !(alertRules as readonly string[]).includes(rule)) {
    throw new AppError('usage', `--rule must be one of ${alertRules.join(', ')}`);
  }
  if (reason.trim() === '') throw new AppError('usage', '--reason must say why');
  const now = toSeconds(Date.now());
  const endsAt = now + options.for;
  const id = await insertSilence(database, { rule, source, pipelineId, code, reason, author, now, endsAt });
  print(io, json, { id, ends_at: toMpsTime(endsAt) }, `silence ${id} lasts until ${toMpsTime(endsAt)}`);
}

export async function listSilences(database: Database, { json, io }: { json?: boolean; io: CommandIo }): Promise<void> {
  const silences = await selectSilences(database, { endsAfter: toSeconds(Date.now()), limit: 1_000 });
  print(io, json, { silences }, silences.length === 0 ? 'no silences' : silences.map(renderSilence).join('\n'));
}

/** Ends a silence. Throws `usage` when there is none of that number. */
export async function endSilence(
  database: Database,
  id: number,
  { json, io }: { json?: boolean; io: CommandIo },
): Promise<void> {
  const isEnded = await expireSilence(database, { id, now: toSeconds(Date.now()) });
  if (!isEnded) throw new AppError('usage', `there is no silence ${id} that has not ended`);
  print(io, json, { id }, `silence ${id} has ended`);
}
