import type { Rule } from './rule';
import { nameOf } from './wording';

export const retryIdempotent: Rule = {
  id: 'retry-idempotent',
  severity: 'error',
  summary: 'Only calls that may be carried out twice are retried.',
  *check({ calls }) {
    for (const { from, to, retries, idempotent } of calls) {
      if (retries === 0 || idempotent) continue;
      yield {
        path: from,
        message:
          `${nameOf(from)} calls ${nameOf(to)} again after a failure, ${1 + retries} times at the most (1 + retries ${retries}), ` +
          'but the call is not idempotent: what is asked for once may be done several times',
        fix: 'retries: 0; or idempotent: true where the callee recognizes a repeated request, by a key for example',
      };
    }
  },
};
