import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../verify/cache';
import { mustRun } from '../verify/run';

/** Programs in Java that stand in for the image of an engine, in the version of its manifest, from Maven Central. */
const jars = {
  elasticsearch: (version: string) => [`org.elasticsearch:elasticsearch:${version}`],
  kafka: (version: string) => [
    `org.apache.kafka:kafka_2.13:${version}`,
    `org.apache.kafka:kafka-tools:${version}`,
    // What its own distribution adds.
    'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4',
  ],
  // Its own front end is not there; what reads the config and routes is.
  shardingsphere: (version: string) => [
    `org.apache.shardingsphere:shardingsphere-jdbc:${version}`,
    'org.mariadb.jdbc:mariadb-java-client:3.5.1',
    'org.postgresql:postgresql:42.7.5',
  ],
  zookeeper: (version: string) => [
    `org.apache.zookeeper:zookeeper:${version}`,
    `org.apache.zookeeper:zookeeper-prometheus-metrics:${version}`,
    // What its own distribution adds.
    'ch.qos.logback:logback-classic:1.2.13',
    'commons-cli:commons-cli:1.5.0',
    'com.fasterxml.jackson.core:jackson-databind:2.15.2',
    'io.dropwizard.metrics:metrics-core:4.1.12.1',
    'org.eclipse.jetty:jetty-server:9.4.56.v20240826',
    'org.eclipse.jetty:jetty-servlet:9.4.56.v20240826',
    'org.xerial.snappy:snappy-java:1.1.10.5',
  ],
} as const;

export type Jars = keyof typeof jars;

/** Where they are in a folder that is laid over the root of a container. */
export const JARS = '/usr/share/engine';

/** Starts sooner, for a process that lives for seconds. */
export const quickJava = { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' };

/** A folder with them and all that they need. */
export function jarsOf(name: Jars, version: string): Promise<string> {
  const list = jars[name](version);
  const key = createHash('sha256').update(list.join(' ')).digest('hex').slice(0, 16);
  return cached(`jars-${name}-1-${key}`, async (folder) => {
    writeFileSync(join(folder, 'pom.xml'), projectOf(list));
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
    const options = ['--quiet', '--batch-mode', '-DincludeScope=runtime', `-DoutputDirectory=.${JARS}`];
    await mustRun('mvn', [...options, copy], { cwd: folder });
  });
}

/** A project that needs nothing but these. */
function projectOf(list: readonly string[]): string {
  const dependencies = list.map((each) => {
    const [group, artifact, version] = each.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  const own = '<groupId>test</groupId><artifactId>engine</artifactId><version>1</version>';
  return `<project><modelVersion>4.0.0</modelVersion>${own}<dependencies>${dependencies.join('\n')}</dependencies></project>\n`;
}
