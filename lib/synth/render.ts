import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Manifest } from '../kubernetes/kubernetes-object';
import { derivedOnce } from '../kubernetes/synthesis';
import type { Finding } from '../model/finding';
import { inSyncWave } from '../model/sync-wave';
import type { ObjectRecord } from '../model/system';
import { isSafe, placeOf } from './layout';
import { dependencyCircles, inOrder, predecessors } from './order';

/** A tree of constructs as data. */
export interface Rendered {
  readonly objects: readonly ObjectRecord[];
  /** For each file its objects, in the order in which they must be applied. */
  readonly files: ReadonlyMap<string, readonly Manifest[]>;
  /** What is wrong with single constructs: wrong values, and what cannot be rendered. */
  readonly problems: readonly Finding[];
}

/**
 * Validates every construct and renders every object, each once.
 *
 * @param step - called for every object that was rendered
 */
export function rendered(constructs: readonly IConstruct[], extension: string, step: () => void): Rendered {
  const problems = constructs.flatMap(({ node }) => node.validate().map((message) => problem(node.path, message)));
  const objects = constructs.filter((node): node is ApiObject => ApiObject.isApiObject(node));
  const unsafe = new Map<string, Finding>();
  const recordOf = new Map<ApiObject, ObjectRecord>();
  for (const object of objects) {
    step();
    const { path } = object.node;
    const place = placeOf(object, extension);
    if (!isSafe(place.file)) {
      if (!unsafe.has(place.file)) unsafe.set(place.file, unsafeName(path, place.file));
      continue;
    }
    try {
      const rendered: Manifest = derivedOnce(object, object, () => object.toJson());
      recordOf.set(object, { path, ...place, manifest: inSyncWave(object, rendered) });
    } catch (error) {
      problems.push(problem(path, `cannot be rendered: ${(error as Error).message}`));
    }
  }
  const circles = dependencyCircles(constructs).map((circle) =>
    problem(circle[0] as string, `must not depend on itself, got the circle ${circle.join(' -> ')}`),
  );
  return {
    objects: [...recordOf.values()],
    files: filesOf(constructs, recordOf),
    problems: [...problems, ...unsafe.values(), ...circles],
  };
}

function filesOf(constructs: readonly IConstruct[], recordOf: ReadonlyMap<ApiObject, ObjectRecord>) {
  const groups = new Map<string, ApiObject[]>();
  for (const [object, { file }] of recordOf) {
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [object]);
    else group.push(object);
  }
  const before = predecessors(constructs, recordOf);
  return new Map(
    [...groups].map(([file, group]) => [
      file,
      inOrder(group, before).flatMap((object) => recordOf.get(object)?.manifest ?? []),
    ]),
  );
}

function problem(path: string, message: string): Finding {
  return { rule: 'invalid', severity: 'error', path, message };
}

function unsafeName(path: string, file: string): Finding {
  const what = 'must make a file name of letters, digits, dashes, underscores and dots';
  return problem(path, `'id': ${what}, got ${JSON.stringify(file)}`);
}
