export { MicroserviceApp, type MicroserviceAppProps } from './app';
export { Environment } from './environment';
export type { EnvironmentProps } from './environment/props';
export { StatelessService } from './stateless-service';
export type { StatelessServiceOverrides, StatelessServiceProps } from './stateless-service/props';
export { callGraph } from './report/mermaid';
export { type Suppression, suppress } from './suppress';
