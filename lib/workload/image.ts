import { imageReference } from '../model/images';

/** Adds the registry of the environment to an image that names none. */
export function qualifiedImage(image: string, registry: string | undefined): string {
  const [first = '', ...rest] = image.split('/');
  const namesRegistry = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  return registry === undefined || namesRegistry ? image : `${registry}/${image}`;
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
