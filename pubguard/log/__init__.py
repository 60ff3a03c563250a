"""The tamper-evident event log: entries, sealed values, Merkle tree, checkpoints, proofs."""
