/** The parts of a reference to an image: `registry.example.com:5000/shop/orders:2.0.1@sha256:…`. */
export interface ImageReference {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** @see https://kubernetes.io/docs/concepts/containers/images/#image-names */
export function imageReference(image: string): ImageReference {
  const [named = '', digest] = image.split('@');
  // A colon before the last slash belongs to the port of the registry.
  const tag = /:([^:/]+)$/.exec(named.slice(named.lastIndexOf('/') + 1))?.[1];
  return { tag, digest };
}
