using AlsterNode.Kernels;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

public class WorkerPoolTests
{
    [Fact]
    public void EachTaskRunsOnceJobAfterJob()
    {
        using var pool = new WorkerPool(3);
        for (var job = 0; job < 2000; job++)
        {
            var runs = new int[1 + (job % 40)];
            pool.Run(runs.Length, task => Interlocked.Increment(ref runs[task]));
            Assert.True(runs.All(r => r == 1), $"job {job}: {string.Join(' ', runs)}");
            if (job % 500 == 0) Thread.Sleep(5); // the workers park
        }
    }

    [Fact]
    public void ItReturnsWhenTheSlowestTaskIsDone()
    {
        using var pool = new WorkerPool(2);
        using var together = new Barrier(2);
        var caller = Environment.CurrentManagedThreadId;
        var isDone = false;
        pool.Run(2, _ =>
        {
            together.SignalAndWait();
            if (Environment.CurrentManagedThreadId == caller) return;
            Thread.Sleep(200);
            Volatile.Write(ref isDone, true);
        });
        Assert.True(Volatile.Read(ref isDone));
    }

    [Fact]
    public void TasksRunOnAsManyThreadsAsAskedFor()
    {
        using var pool = new WorkerPool(3);
        using var together = new Barrier(3);
        pool.Run(3, _ => Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(20)), "the three tasks did not run at the same time"));
    }

    [Fact]
    public void AFailureInATaskReachesTheCaller()
    {
        using var pool = new WorkerPool(2);
        for (var job = 0; job < 50; job++)
        {
            var failing = job % 8;
            var error = Assert.Throws<InvalidOperationException>(() => pool.Run(8, task =>
            {
                if (task == failing) throw new InvalidOperationException($"task {task}");
            }));
            Assert.Equal($"task {failing}", error.Message);
        }
        var runs = 0;
        pool.Run(10, _ => Interlocked.Increment(ref runs));
        Assert.Equal(10, runs);
    }

    [Fact]
    public void JobsOfSeveralThreadsAndJobsWithinJobsFinish()
    {
        using var pool = new WorkerPool(2);
        var runs = 0;
        Parallel.For(0, 8, _ =>
        {
            for (var job = 0; job < 100; job++) pool.Run(4, _ => pool.Run(2, _ => Interlocked.Increment(ref runs)));
        });
        Assert.Equal(8 * 100 * 4 * 2, runs);
    }
}
