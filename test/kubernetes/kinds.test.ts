import { k8s } from 'cdk8s-plus-28';
import { kinds } from '../../lib/kubernetes/kinds';

/** Every kind that cdk8s-plus knows, in all its versions. */
const known = Object.values(k8s).flatMap((type) => ('GVK' in type ? [type.GVK] : []));

test.each(Object.values(kinds))('cdk8s-plus knows $apiVersion $kind', (kind) => {
  expect(known).toContainEqual(kind);
});
