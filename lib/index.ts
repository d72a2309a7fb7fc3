export { MicroserviceApp, type MicroserviceAppProps } from './app';
export { Environment } from './environment';
export type { EnvironmentProps } from './environment/props';
export { StatelessService } from './stateless-service';
export type { StatelessServiceOverrides, StatelessServiceProps } from './stateless-service/props';
export { type Suppression, suppress } from './suppress';
