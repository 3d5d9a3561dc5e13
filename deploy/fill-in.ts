const placeholder = /\$\{(env|vars)[.(]'?(\w+)'?(?:,\s*'([^']*)')?\)?\}/g;

/** What a deployment file draws on: variables of the deploying shell, and the file's own `vars`. */
export interface Given {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly vars: Readonly<Record<string, string>>;
}

/**
 * The value with `${env('NAME')}`, `${env('NAME', 'default')}` and `${vars.name}` filled in, as Serverless Devs does:
 * an empty variable counts as absent. Throws an Error that names a variable that is neither set nor has a default.
 */
export function fillIn<Value>(value: Value, given: Given): Value {
  if (typeof value === 'string') return fillInText(value, given) as Value;
  if (Array.isArray(value)) return value.map((each: unknown) => fillIn(each, given)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillIn(each, given)])) as Value;
}

function fillInText(text: string, given: Given): string {
  return text.replaceAll(placeholder, (_, kind: string, name: string, fallback: string | undefined) => {
    const found = kind === 'env' ? given.env[name] || fallback : fillIn(given.vars[name], { ...given, vars: {} });
    if (found === undefined) throw new Error(`${kind} "${name}" is not set and has no default`);
    return found;
  });
}

/** The variables that a deployment file asks the shell for: name to whether it can be left out. */
export function listAsked(text: string): Map<string, { readonly isOptional: boolean }> {
  const found = [...text.matchAll(placeholder)].filter(([, kind]) => kind === 'env');
  return new Map(found.map(([, , name = '', fallback]) => [name, { isOptional: fallback !== undefined }]));
}
