import type * as z from 'zod';
import { AppError } from '#core/errors.ts';
import { type DefaultedName, type VariableName, variables } from '#core/variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type Values = { readonly [Name in VariableName]: z.output<(typeof variables)[Name]['schema']> | undefined };

/** The configuration, by the names of its variables, checked. */
export type Config<Required extends VariableName = never> = Values & {
  readonly [Name in Required | DefaultedName]: NonNullable<Values[Name]>;
};

/**
 * Reads the configuration. An empty variable counts as absent. Throws one `config_invalid` that lists every bad or
 * missing variable with what it wants, and never a value, because any may hold a secret.
 */
export function parseConfig<Required extends VariableName = never>(
  env: Environment,
  options: { required?: readonly Required[] } = {},
): Config<Required> {
  const required = new Set<string>(options.required ?? []);
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, { schema, wants, fallback }] of Object.entries(variables)) {
    const text = env[name]?.trim() || fallback;
    const parsed = text === undefined ? undefined : schema.safeParse(text);
    if (parsed?.success) values[name] = parsed.data;
    else if (parsed) problems.push(`${name} must be ${wants}${locate(parsed.error)}`);
    else if (required.has(name)) problems.push(`${name} is not set: it wants ${wants}`);
  }
  if (problems.length > 0) throw new AppError('config_invalid', problems.join('\n'));
  return values as Config<Required>;
}

/** The configuration of a timer function. The platform tells the region where no variable does. */
export const parseTimerConfig = (env: Environment, region: string | undefined): Config<'DATABASE_URL'> =>
  parseConfig({ ...env, MPS_REGION: env.MPS_REGION || region }, { required: ['DATABASE_URL'] });

/** Where in a structured value the trouble is: indexes and our own field names, so never anything of the value. */
function locate(error: z.ZodError): string {
  const path = error.issues[0]?.path ?? [];
  return path.length > 0 ? ` (look at ${path.join('.')})` : '';
}
