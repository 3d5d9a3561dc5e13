import { AppError } from '#core/errors.ts';

/** The public endpoint of a region, as documented; a VPC has `mts-vpc.<region>.aliyuncs.com`. */
export function toEndpoint(region: string | undefined, endpoint: string | undefined): URL {
  if (endpoint) return new URL(endpoint.includes('://') ? endpoint : `https://${endpoint}`);
  if (region) return new URL(`https://mts.${region}.aliyuncs.com`);
  throw new AppError('config_invalid', 'MPS_REGION: set it to the region of your MPS pipelines, such as cn-hangzhou');
}
