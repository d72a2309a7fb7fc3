import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Environment, type MicroserviceApp, StatelessService } from '../../lib';

/** One environment with many services. */
export function services(app: MicroserviceApp, count: number): StatelessService[] {
  const environment = new Environment(app, 'production', { system: 'shop', registry: 'registry.example.com/shop' });
  return connected(Array.from({ length: count }, (_, index) => service(environment, index)));
}

/** The same services, each in a chart of its own, as cdk8s writes a file for each. */
export function servicesInCharts(app: Construct, count: number): StatelessService[] {
  return connected(
    Array.from({ length: count }, (_, index) =>
      service(new Chart(app, `chart-${index}`, { namespace: 'production' }), index),
    ),
  );
}

/** Each service depends on the one before it. */
export function inOneChain(all: readonly StatelessService[]): void {
  all.slice(1).forEach((later, index) => {
    later.node.addDependency(all[index] as StatelessService);
  });
}

function service(scope: Construct, index: number): StatelessService {
  return new StatelessService(scope, `service-${index}`, {
    image: `service-${index}:1.0.${index}`,
    env: { LOG_LEVEL: 'info', REGION: 'eu-central-1' },
    replicas: index % 4 === 0 ? { from: 2, to: 10 } : 3,
  });
}

/** Services in groups, in which each calls the next two and waits for them longer than they wait themselves. */
function connected(all: StatelessService[]): StatelessService[] {
  all.forEach((caller, index) => {
    const place = index % GROUP;
    for (const step of [1, 2]) {
      const callee = all[index + step];
      if (place + step >= GROUP || callee === undefined) continue;
      caller.calls(callee, { timeout: `${2 ** (GROUP - place - step)}s` });
    }
  });
  return all;
}

const GROUP = 6;
