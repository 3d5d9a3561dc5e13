import { Hono } from 'hono';
import { type Asset, assets } from '#view/assets/asset.ts';

/** The style sheet and the script. Their names hold a hash of their content, so that they may be kept for ever. */
export function createAssetRoutes(): Hono {
  const app = new Hono();
  for (const asset of assets) {
    app.get(asset.path, ({ req }) => answerAsset(asset, req.header('if-none-match')));
  }
  return app;
}

function answerAsset(asset: Asset, ifNoneMatch: string | undefined): Response {
  const headers = { ETag: asset.etag, 'Cache-Control': 'public, max-age=31536000, immutable' };
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(asset.etag) || known.includes('*')) return new Response(null, { status: 304, headers });
  return new Response(asset.body, { headers: { ...headers, 'Content-Type': asset.type } });
}
