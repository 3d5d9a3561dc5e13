import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { apiRoutes } from '#view/api/index.ts';
import { useView } from './use-view.ts';

const { getJson, get } = useView();

interface Document {
  openapi: string;
  paths: Record<
    string,
    { get: { operationId: string; parameters?: { name: string; schema: object }[]; responses: object } }
  >;
  components: { schemas: Record<string, object> };
}

describe('/openapi.json', () => {
  it("passes Redocly's recommended rules without a warning", async () => {
    const source = JSON.stringify(await getJson('/openapi.json'));
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source, config });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual(
      [],
    );
  });

  it('has every route of the API, each under a name of its own', async () => {
    const { openapi, paths } = await getJson<Document>('/openapi.json');
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths).sort()).toEqual(
      [
        ...['/v1/jobs', '/v1/jobs/{id}', '/v1/jobs/{id}/transitions', '/v1/failures', '/v1/stats', '/v1/runs'],
        ...['/v1/alerts', '/v1/health', '/v1/export', '/metrics', '/openapi.json', '/livez', '/readyz'],
      ].sort(),
    );
    const names = Object.values(paths).map(({ get: { operationId } }) => operationId);
    expect(new Set(names).size).toBe(apiRoutes.length);
  });

  it('says of a parameter what the route checks', async () => {
    const { paths, components } = await getJson<Document>('/openapi.json');
    const parameters = paths['/v1/jobs']?.get.parameters ?? [];
    const find = (name: string) => parameters.find((parameter) => parameter.name === name);
    expect(find('limit')).toMatchObject({ schema: { type: 'integer', minimum: 1, maximum: 1000 } });
    expect(find('state')).toMatchObject({ style: 'form', explode: false, schema: { type: 'array', maxItems: 1000 } });
    expect(find('created_from')).toMatchObject({ schema: { type: 'string', format: 'date-time' } });
    expect(Object.keys(components.schemas)).toContain('Job');
  });
});

describe('/docs', () => {
  it('tells people of every route, parameter and status, and loads nothing from elsewhere', async () => {
    const html = await (await get('/docs')).text();
    const { paths } = await getJson<Document>('/openapi.json');
    for (const [path, { get: operation }] of Object.entries(paths)) {
      expect(html).toContain(`GET ${path}<`);
      for (const { name } of operation.parameters ?? []) expect(html).toContain(`<code>${name}</code>`);
    }
    expect(html).not.toMatch(/(src|href)="https?:/);
  });
});
