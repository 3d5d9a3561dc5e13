/** An object's name as people know it: MPS gives it URL-encoded. One that is not is left as it is. */
export function toObjectName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
