module cdk8s-microservices.test/middle

go 1.26.0

// Nothing here is compiled: this version lies between the newest and the oldest, and carries its schemas as a file.
require k8s.io/kubernetes v1.32.13
