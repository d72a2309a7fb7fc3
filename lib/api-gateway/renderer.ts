import type { ApiObject, ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Traffic, TrafficRoute } from './traffic';

/** One way to write down traffic. Another one is another file beside `ingress.ts`. */
export interface Renderer<Entry extends ApiObject = ApiObject> {
  /** What users call it. */
  readonly name: string;
  /** What it cannot express of a route, each as a sentence that names the renderer that can. Nothing is dropped in silence. */
  refusals(route: TrafficRoute): string[];
  /** Makes its object; `traffic` is read when it is rendered, so that it holds every route. */
  create(scope: Construct, metadata: ApiObjectMetadata, traffic: () => Traffic): Entry;
}
