import { imageReference } from '../model/images';

/** How the images of an environment are found. */
export interface ImageSources {
  /** Prefixed to images that name no registry. */
  readonly registry: string | undefined;
  /** Where the images of other registries are found: one place for all, or one for each registry. */
  readonly mirror: string | Readonly<Record<string, string>> | undefined;
  /** Digests of images, by the image without a digest. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The image as a node pulls it: in its registry, pinned to its digest, and from the mirror of its registry. */
export function pulledImage(image: string, { registry, mirror, digests }: ImageSources): string {
  const qualified = qualifiedImage(image, registry);
  const digest = digests[qualified] ?? digests[image];
  const pinned = digest === undefined || qualified.includes('@') ? qualified : `${qualified}@${digest}`;
  return mirrored(pinned, registry, mirror);
}

function mirrored(image: string, own: string | undefined, mirror: ImageSources['mirror']): string {
  if (mirror === undefined || (own !== undefined && image.startsWith(`${own}/`))) return image;
  const [first = '', ...rest] = image.split('/');
  const [host, path] = isRegistry(first, rest) ? [first, rest.join('/')] : ['docker.io', dockerPath(image)];
  if (typeof mirror === 'string') return image.startsWith(`${mirror}/`) ? image : `${mirror}/${host}/${path}`;
  const place = mirror[host];
  return place === undefined ? image : `${place}/${path}`;
}

/** Official images are in the project `library`. */
const dockerPath = (image: string): string => (image.includes('/') ? image : `library/${image}`);

const isRegistry = (first: string, rest: readonly string[]): boolean =>
  rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');

/** Adds the registry of the environment to an image that names none. */
export function qualifiedImage(image: string, registry: string | undefined): string {
  const [first = '', ...rest] = image.split('/');
  return registry === undefined || isRegistry(first, rest) ? image : `${registry}/${image}`;
}

/** The tag of an image as the value of the version label: cut to the length of a label, `undefined` without a tag. */
export function imageVersion(image: string): string | undefined {
  const tag = /:([\w][\w.-]*)(?:@|$)/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1];
  return tag?.slice(0, 63).replace(/[-_.]+$/, '');
}

/**
 * When a node asks the registry: always for a tag, which may be pushed again; once for a digest, whose image never
 * changes, so that a registry that is down stops no pod whose image the node has.
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
 */
export function pullPolicy(image: string | undefined): 'Always' | 'IfNotPresent' {
  return image !== undefined && imageReference(image).digest !== undefined ? 'IfNotPresent' : 'Always';
}
