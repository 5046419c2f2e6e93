using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Tangram.Benchmarks;

// In this process: the runner need not build another one, and the kernels' code is the same in both.
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance));
BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks), typeof(Bf16Benchmarks)]).Run(args, config);
