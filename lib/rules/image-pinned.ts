import { grouped } from '../model/grouped';
import { imageReference } from '../model/images';
import { manifestsOf, type PodOwner } from '../model/manifests';
import { productionEnvironments } from '../model/production';
import type { Rule, Violation } from './rule';

interface Image {
  readonly owner: PodOwner;
  readonly container: string;
  readonly image: string;
}

export const imagePinned: Rule = {
  id: 'image-pinned',
  severity: 'error',
  summary: 'Every image says which version it is; where production pins images by digest, it pins all of them.',
  *check(system) {
    const images = manifestsOf(system).podOwners.flatMap(imagesOf);
    for (const image of images) yield* aboutTag(image);
    const production = productionEnvironments(system);
    const inProduction = images.filter(({ owner }) => production.has(owner.object.environment ?? ''));
    for (const [environment, all] of grouped(inProduction, ({ owner }) => owner.object.environment as string)) {
      yield* aboutDigests(environment, all);
    }
  },
};

function imagesOf(owner: PodOwner): Image[] {
  return owner.allContainers.flatMap(({ name, image }) =>
    typeof image === 'string' ? [{ owner, container: name, image }] : [],
  );
}

function* aboutTag({ owner, container, image }: Image): Iterable<Violation> {
  const { tag, digest } = imageReference(image);
  if (digest !== undefined || (tag !== undefined && tag !== 'latest')) return;
  const what = tag === undefined ? 'no tag, which means latest' : 'the tag latest';
  yield {
    path: owner.object.path,
    message: `${container} runs ${image} with ${what}: pods of one revision may run different programs, and there is no way back`,
    fix: 'a tag that is pushed once, or a digest',
  };
}

/** Nobody has to use digests. But where most of production does, the image without one is a hole in it. */
function* aboutDigests(environment: string, images: readonly Image[]): Iterable<Violation> {
  const different = [...new Set(images.map(({ image }) => image))];
  const pinned = different.filter((image) => imageReference(image).digest !== undefined).length;
  if (pinned === 0 || pinned === different.length) return;
  for (const { owner, container, image } of images) {
    const { tag, digest } = imageReference(image);
    if (digest !== undefined || tag === undefined || tag === 'latest') continue;
    yield {
      path: owner.object.path,
      severity: 'warning',
      message: `${container} runs ${image} without a digest, while ${pinned} of the ${different.length} images of ${environment} have one`,
      fix: `${image}@sha256:… as the registry shows it`,
    };
  }
}
