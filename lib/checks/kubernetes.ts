import { isIP } from 'node:net';
import * as check from './values';

/**
 * What users give in Kubernetes' own words, field by field: the compiler is not there when a program is put together
 * from data, and the API server says what is wrong only when it is too late.
 */

const texts = check.optional(check.listOf(check.text));
const port = check.either(
  'a port number or the name of a port',
  [check.isNumber, check.portNumber],
  [check.isText, check.portNameText],
);
const plain = check.optional(check.plainMap);
const flag = check.optional(check.boolean);
const seconds = (from: number) => check.optional(check.integer(from, 2 ** 31 - 1));

const oneOnly = (value: Record<string, unknown>): boolean =>
  Object.values(value).filter((content) => content !== undefined).length === 1;

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export const toleration = check.satisfying(
  check.fields({
    key: check.optional(check.labelKey),
    operator: check.optional(check.oneOf('Equal', 'Exists')),
    value: check.optional(check.labelValue),
    effect: check.optional(check.oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute')),
    tolerationSeconds: check.optional(check.integer(0)),
  }),
  ({ key, operator, value, effect, tolerationSeconds }: Record<string, unknown>) =>
    (operator === 'Exists' ? !value : key !== undefined) && (tolerationSeconds === undefined || effect === 'NoExecute'),
  'a toleration: a key and its value, or Exists without a value; tolerationSeconds with NoExecute only',
);

const configKey = {
  name: check.objectName,
  key: check.fileName,
  optional: flag,
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables */
export const envSource = check.satisfying(
  check.fields({
    configMapKeyRef: check.optional(check.fields(configKey)),
    secretKeyRef: check.optional(check.fields(configKey)),
    fieldRef: check.optional(
      check.fields({
        apiVersion: check.optional(check.oneOf('v1')),
        fieldPath: check.matching(
          (value) =>
            check.isText(value) &&
            /^(metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/.test(
              value,
            ),
          'a field of the pod such as metadata.name or status.podIP',
        ),
      }),
    ),
    resourceFieldRef: check.optional(
      check.fields({
        containerName: check.optional(check.dnsLabel),
        resource: check.matching(
          (value) => check.isText(value) && /^(limits|requests)\.(cpu|memory|ephemeral-storage)$/.test(value),
          'a resource such as limits.memory',
        ),
        divisor: check.optional(check.quantity),
      }),
    ),
  }),
  oneOnly,
  'one of configMapKeyRef, secretKeyRef, fieldRef and resourceFieldRef',
);

/** @see https://kubernetes.io/docs/concepts/storage/volumes/ */
export const volumeMount = check.fields({
  name: check.dnsLabel,
  mountPath: check.absolutePath,
  readOnly: flag,
  subPath: check.optional(check.text),
  subPathExpr: check.optional(check.text),
  mountPropagation: check.optional(check.oneOf('None', 'HostToContainer', 'Bidirectional')),
  recursiveReadOnly: check.optional(check.oneOf('Disabled', 'IfPossible', 'Enabled')),
});

const mode = check.optional(check.integer(0, 0o777));
const items = check.optional(check.listOf(check.fields({ key: check.fileName, path: check.nonEmptyText, mode })));

export const volume = check.satisfying(
  check.fields({
    name: check.dnsLabel,
    configMap: check.optional(check.fields({ name: check.objectName, items, defaultMode: mode, optional: flag })),
    secret: check.optional(check.fields({ secretName: check.objectName, items, defaultMode: mode, optional: flag })),
    emptyDir: check.optional(
      check.fields({ medium: check.optional(check.oneOf('', 'Memory')), sizeLimit: check.optional(check.quantity) }),
    ),
    persistentVolumeClaim: check.optional(check.fields({ claimName: check.objectName, readOnly: flag })),
    ...Object.fromEntries(
      ['projected', 'downwardAPI', 'ephemeral', 'csi', 'image', 'hostPath', 'nfs', 'iscsi', 'fc', 'cephfs'].map(
        (kind) => [kind, plain],
      ),
    ),
  }),
  ({ name: _, ...kinds }: Record<string, unknown>) => oneOnly(kinds),
  'a name and one kind of volume',
);

const probe = check.optional(
  check.fields({
    exec: check.optional(check.fields({ command: texts })),
    httpGet: check.optional(
      check.fields({
        path: check.optional(check.text),
        port,
        scheme: check.optional(check.oneOf('HTTP', 'HTTPS')),
        host: check.optional(check.text),
        httpHeaders: check.optional(check.listOfMaps),
      }),
    ),
    tcpSocket: check.optional(check.fields({ port, host: check.optional(check.text) })),
    grpc: check.optional(check.fields({ port: check.portNumber, service: check.optional(check.text) })),
    initialDelaySeconds: seconds(0),
    periodSeconds: seconds(1),
    timeoutSeconds: seconds(1),
    successThreshold: seconds(1),
    failureThreshold: seconds(1),
    terminationGracePeriodSeconds: seconds(1),
  }),
);
const amounts = check.optional(check.mapOf(check.nonEmptyText, check.quantity));

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container */
export const container = check.fields({
  name: check.dnsLabel,
  image: check.imageReference,
  imagePullPolicy: check.optional(check.oneOf('Always', 'IfNotPresent', 'Never')),
  command: texts,
  args: texts,
  workingDir: check.optional(check.text),
  env: check.optional(
    check.listOf(
      check.fields({
        name: check.environmentVariable,
        value: check.optional(check.text),
        valueFrom: check.optional(envSource),
      }),
    ),
  ),
  envFrom: check.optional(check.listOfMaps),
  ports: check.optional(
    check.listOf(
      check.fields({
        name: check.optional(check.portNameText),
        containerPort: check.portNumber,
        protocol: check.optional(check.oneOf('TCP', 'UDP', 'SCTP')),
        hostPort: check.optional(check.portNumber),
        hostIP: check.optional(check.matching((value) => check.isText(value) && isIP(value) !== 0, 'an IP address')),
      }),
    ),
  ),
  resources: check.optional(
    check.fields({ requests: amounts, limits: amounts, claims: check.optional(check.listOfMaps) }),
  ),
  volumeMounts: check.optional(check.listOf(volumeMount)),
  volumeDevices: check.optional(check.listOfMaps),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: plain,
  securityContext: plain,
  restartPolicy: check.optional(check.oneOf('Always', 'OnFailure', 'Never')),
  resizePolicy: check.optional(check.listOfMaps),
  stdin: flag,
  stdinOnce: flag,
  tty: flag,
  terminationMessagePath: check.optional(check.absolutePath),
  terminationMessagePolicy: check.optional(check.oneOf('File', 'FallbackToLogsOnError')),
});

const metricTarget = check.satisfying(
  check.fields({
    type: check.oneOf('Utilization', 'Value', 'AverageValue'),
    averageUtilization: check.optional(check.integer(1, 2 ** 31 - 1)),
    value: check.optional(check.quantity),
    averageValue: check.optional(check.quantity),
  }),
  ({ type: kind, ...amount }: Record<string, unknown>) =>
    oneOnly(amount) &&
    amount[kind === 'Utilization' ? 'averageUtilization' : kind === 'Value' ? 'value' : 'averageValue'] !== undefined,
  'a type and the amount that goes with it: averageUtilization, value or averageValue',
);
const metricName = check.matching(
  (value) => check.isText(value) && /^[^/%\s]+$/.test(value) && !/^\.\.?$/.test(value),
  'the name of a metric',
);
const metricOf = { metric: check.fields({ name: metricName, selector: plain }), target: metricTarget };

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
export const metric = check.satisfying(
  check.fields({
    type: check.oneOf('Resource', 'ContainerResource', 'Pods', 'Object', 'External'),
    resource: check.optional(check.fields({ name: check.nonEmptyText, target: metricTarget })),
    containerResource: check.optional(
      check.fields({ name: check.nonEmptyText, container: check.dnsLabel, target: metricTarget }),
    ),
    pods: check.optional(check.fields(metricOf)),
    object: check.optional(check.fields({ ...metricOf, describedObject: check.plainMap })),
    external: check.optional(check.fields(metricOf)),
  }),
  ({ type: kind, ...sources }: Record<string, unknown>) =>
    oneOnly(sources) && Object.keys(sources).some((name) => name.toLowerCase() === String(kind).toLowerCase()),
  'a type, and the field that goes with it',
);

const direction = check.optional(
  check.fields({
    stabilizationWindowSeconds: check.optional(check.integer(0, 3_600)),
    selectPolicy: check.optional(check.oneOf('Max', 'Min', 'Disabled')),
    tolerance: check.optional(check.quantity),
    policies: check.optional(
      check.someOf(
        check.fields({
          type: check.oneOf('Pods', 'Percent'),
          value: check.integer(1, 2 ** 31 - 1),
          periodSeconds: check.integer(1, 1_800),
        }),
      ),
    ),
  }),
);
export const scalingBehavior = check.fields({ scaleUp: direction, scaleDown: direction });
