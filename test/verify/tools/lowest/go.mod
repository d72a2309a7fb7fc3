module cdk8s-microservices.test/lowest

go 1.26.0

// Nothing here is compiled: the oldest version that an environment is written for by default, for its schemas.
require k8s.io/kubernetes v1.30.14
