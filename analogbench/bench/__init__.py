"""How fast training is on this machine: throughput against the number of replicas, beside a reference and a bound.

cases → orders → children (one process for each case, number of replicas and target) → rows → page, document
child: measure → stepping, probes, bound, memory; and, for scaling over cores, a worker that steps on demand
"""
