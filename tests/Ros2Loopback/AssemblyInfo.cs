// One test at a time: each is several participants that talk over the same loopback sockets, and what is tested is what arrives.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
