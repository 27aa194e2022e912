using BenchmarkDotNet.Running;

// dotnet run -c Release --project benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(AlsterNode.Benchmarks.StageBenchmarks).Assembly).Run(args);
