import { describe, expect, it } from 'vitest';
import { createCredentialSource } from '#mps/credentials.ts';

const usual = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'env-secret' };
const invocation = { accessKeyId: 'role-id', accessKeySecret: 'role-secret', securityToken: 'role-token' };
const variables = { accessKeyId: 'A_ID', accessKeySecret: 'A_SECRET', securityToken: 'A_TOKEN' };

describe('the credentials of a source', () => {
  it.each([
    { when: 'the platform gave some', env: usual, options: { invocation }, id: 'role-id', token: 'role-token' },
    { when: 'only the environment has some', env: usual, options: {}, id: 'env-id', token: undefined },
    {
      when: 'the environment has temporary ones',
      env: { ...usual, ALIBABA_CLOUD_SECURITY_TOKEN: 't' },
      options: {},
      id: 'env-id',
      token: 't',
    },
    {
      when: 'the source names variables of its own',
      env: { ...usual, A_ID: 'a-id', A_SECRET: 'a-secret', A_TOKEN: '' },
      options: { invocation, variables },
      id: 'a-id',
      token: undefined,
    },
  ])('are found when $when', ({ env, options, id, token }) => {
    expect(createCredentialSource(env, options)()).toMatchObject({ accessKeyId: id, securityToken: token });
  });

  it('are read anew for every request, so that rotated ones take effect', () => {
    const env: Record<string, string> = { ...usual };
    const source = createCredentialSource(env);
    expect(source().accessKeyId).toBe('env-id');
    env.ALIBABA_CLOUD_ACCESS_KEY_ID = 'rotated';
    expect(source().accessKeyId).toBe('rotated');
  });

  it.each([
    [{}, {}, /give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET/],
    [{ ALIBABA_CLOUD_ACCESS_KEY_ID: 'only-id' }, {}, /no MPS credentials/],
    [usual, { variables }, /set A_ID and A_SECRET$/],
    [{ ...usual, A_ID: 'a-id' }, { invocation, variables }, /set A_ID and A_SECRET$/],
  ])('are refused by the names of what is missing, and without a value', (env, options, message) => {
    const ask = createCredentialSource(env as Record<string, string>, options);
    expect(ask).toThrow(expect.objectContaining({ code: 'mps_credentials', message: expect.stringMatching(message) }));
    expect(ask).not.toThrow(/env-secret|role-secret|a-id|only-id/);
  });
});
