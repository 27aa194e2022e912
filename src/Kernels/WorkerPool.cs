using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace AlsterNode.Kernels;

/// <summary>Work that is shared out in numbered tasks; a structure, so that handing it out allocates nothing.</summary>
internal interface IParallelJob
{
    void Run(int task);
}

/// <summary>
/// A few threads that share out numbered tasks. They are parked between jobs, so that the tensor library's own threads have the cores;
/// a job's result must not depend on which worker takes which task.
/// </summary>
public sealed unsafe class WorkerPool : IDisposable
{
    private readonly List<Worker> _workers = [];
    private readonly Doorbell _finished = new();
    private readonly Func<bool> _isFinished;
    private delegate*<void*, int, void> _run;
    private void* _job; // on the stack of the thread that waits for it
    private ExceptionDispatchInfo? _failure;
    private int _taskCount;
    private int _nextTask;
    private int _running;
    private int _threads;
    private int _busy;

    /// <summary>Creates a pool of this many threads, the caller's included.</summary>
    public WorkerPool(int threads)
    {
        Threads = threads;
        _isFinished = () => Volatile.Read(ref _running) == 0;
    }

    /// <summary>The pool of all sparse operators.</summary>
    public static WorkerPool Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Threads that work on a job, the caller's included. More than the machine's cores only cost time.</summary>
    public int Threads
    {
        get => _threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _threads = value;
        }
    }

    /// <summary>Calls <paramref name="body"/> with 0 .. <paramref name="tasks"/>-1, each once, in any order; returns when all are done.</summary>
    public void Run(int tasks, Action<int> body) => Run(tasks, new Calls(body));

    /// <summary>The same for a job that is made in every frame: nothing is allocated.</summary>
    internal void Run<TJob>(int tasks, TJob job)
        where TJob : struct, IParallelJob
    {
        var helpers = Math.Min(_threads, tasks) - 1;
        if (helpers <= 0 || Interlocked.Exchange(ref _busy, 1) == 1) // busy with another thread's job (or called from within one): the caller works alone
        {
            for (var task = 0; task < tasks; task++) job.Run(task);
            return;
        }
        try
        {
            Share(tasks, &RunTask<TJob>, Unsafe.AsPointer(ref job), helpers); // the job stays where it is until all are done
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        foreach (var worker in _workers) worker.Dispose();
        _workers.Clear();
        _finished.Dispose();
    }

    private static void RunTask<TJob>(void* job, int task)
        where TJob : struct, IParallelJob => Unsafe.AsRef<TJob>(job).Run(task);

    private void Share(int tasks, delegate*<void*, int, void> run, void* job, int helpers)
    {
        while (_workers.Count < helpers) _workers.Add(new Worker(this));
        _run = run;
        _job = job;
        (_taskCount, _nextTask, _failure) = (tasks, 0, null);
        Volatile.Write(ref _running, helpers);
        for (var i = 0; i < helpers; i++) _workers[i].Start();
        TakeTasks();
        _finished.WaitUntil(_isFinished);
        _failure?.Throw();
    }

    private void TakeTasks()
    {
        try
        {
            int task;
            while ((task = Interlocked.Increment(ref _nextTask) - 1) < _taskCount) _run(_job, task);
        }
        catch (Exception e)
        {
            Volatile.Write(ref _nextTask, _taskCount);
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    private void WorkOnce()
    {
        TakeTasks();
        if (Interlocked.Decrement(ref _running) == 0) _finished.Ring();
    }

    private readonly struct Calls(Action<int> body) : IParallelJob
    {
        public void Run(int task) => body(task);
    }

    private sealed class Worker : IDisposable
    {
        private readonly Doorbell _order = new();
        private readonly WorkerPool _pool;
        private readonly Thread _thread;
        private int _orders;
        private volatile bool _stop;

        public Worker(WorkerPool pool)
        {
            _pool = pool;
            _thread = new Thread(Loop) { IsBackground = true, Name = "sparse worker" };
            _thread.Start();
        }

        public void Start()
        {
            Interlocked.Increment(ref _orders);
            _order.Ring();
        }

        public void Dispose()
        {
            _stop = true;
            Start();
            _thread.Join();
            _order.Dispose();
        }

        private void Loop()
        {
            var done = 0;
            bool HasOrder() => Volatile.Read(ref _orders) != done;
            Func<bool> hasOrder = HasOrder;
            while (true)
            {
                _order.WaitUntil(hasOrder);
                done++;
                if (_stop) return;
                _pool.WorkOnce();
            }
        }
    }
}
