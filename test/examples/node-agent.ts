import { Environment, ExternalBackend, MicroserviceApp, NodeAgent } from '../../lib';

const app = new MicroserviceApp();

// What sees the node stands apart: the level of this namespace is its own, and that of all others stays restricted.
const agents = new Environment(app, 'production-agents', { podSecurity: 'privileged', nodes: { count: 20 } });

const logStore = new ExternalBackend(agents, 'log-store', {
  host: 'elasticsearch.example.com',
  cidrs: ['10.40.0.0/24'],
  ports: { https: { port: 9200, protocol: 'https' } },
});

// On every node, those of the control plane too. It reads the logs of all pods, which belong to root.
const logs = new NodeAgent(agents, 'node-logs', {
  image: 'registry.example.com/platform/log-agent:4.1.0',
  uid: 0,
  ports: 8080,
  hostPaths: { '/var/log/pods': {}, '/var/lib/log-agent': { readOnly: false, type: 'DirectoryOrCreate' } },
  env: { NODE_NAME: { fieldRef: { fieldPath: 'spec.nodeName' } } },
});
logs.calls(logStore, { timeout: '30s' });

app.synth();
