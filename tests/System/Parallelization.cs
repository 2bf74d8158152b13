// Each class starts nodes of its own with the same ports: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
