/** [registry[:port]/]path[:tag][@digest], the grammar of distribution/reference. */
export interface ImageReference {
  /** Null for an image that is named by its digest or id alone. */
  readonly repository: string | null;
  readonly tag: string | null;
}

/** Says what it can of any text; never throws. */
export function parseImageReference(image: string): ImageReference {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(image)) return { repository: null, tag: null };
  const [name = ''] = image.split('@');
  const colon = name.lastIndexOf(':');
  // A colon before a slash belongs to the registry's port.
  if (colon < 0 || name.indexOf('/', colon) >= 0) return { repository: name || null, tag: null };
  return { repository: name.slice(0, colon) || null, tag: name.slice(colon + 1) || null };
}
