import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A key and a certificate that nobody vouches for, both PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/** Made by each test run anew, so that no key lies in the repository. X.509 in DER: RFC 5280, section 4.1. */
export function createSelfSigned(host: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = toBody(host, publicKey);
  const signature = bits(sign('sha256', body, privateKey));
  const certificate = sequence(body, sequence(ecdsaWithSha256), signature);
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function toBody(host: string, publicKey: KeyObject): Buffer {
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const serial = createHash('sha256').update(key).digest().subarray(0, 8);
  serial[0] = 1;
  const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(host)))));
  const names = sequence(der(0x82, Buffer.from(host)));
  const extensions = der(0xa3, sequence(sequence(subjectAltName, der(0x04, names))));
  const validity = sequence(toTime(-86_400_000), toTime(86_400_000));
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  return sequence(version3, der(0x02, serial), sequence(ecdsaWithSha256), name, validity, name, key, extensions);
}

/** Tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const bits = (value: Buffer): Buffer => der(0x03, Buffer.from([0]), value);
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const commonName = objectId('550403');
const subjectAltName = objectId('551d11');
const ecdsaWithSha256 = objectId('2a8648ce3d040302');

/** UTCTime: YYMMDDhhmmssZ. */
const toTime = (offsetMs: number): Buffer =>
  der(
    0x17,
    Buffer.from(
      `${new Date(Date.now() + offsetMs)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );
