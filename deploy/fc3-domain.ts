import * as z from 'zod';

const text = z.string().min(1);

const certificate = z.union([
  z.strictObject({ certId: text }),
  z.strictObject({ certName: text, certificate: text, privateKey: text }),
]);

const route = z.strictObject({
  path: z.string().startsWith('/'),
  functionName: text,
  qualifier: text,
  methods: z.array(z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'])).min(1),
});

/** What `deploy/domain.yaml` may say: a domain of one's own, by HTTPS alone, in front of functions. */
export const domainFile = z.strictObject({
  edition: z.literal('3.0.0'),
  name: text,
  access: text,
  vars: z.record(z.string(), z.string()),
  resources: z.record(
    z.string(),
    z.strictObject({
      component: z.literal('fc3-domain'),
      props: z.strictObject({
        region: text,
        domainName: text,
        protocol: z.literal('HTTPS'),
        certConfig: certificate,
        tlsConfig: z.strictObject({ minVersion: z.enum(['TLSv1.2', 'TLSv1.3']), maxVersion: z.literal('TLSv1.3') }),
        routeConfig: z.strictObject({ routes: z.array(route).min(1) }),
      }),
    }),
  ),
});
