namespace AlsterNode.Pipeline;

/// <summary>Those who see a mapper's frames.</summary>
internal sealed class Audience
{
    private readonly List<IFrameObserver> _observers = [];

    /// <summary>Whether anybody wants the present frame; what only observers want need not be computed otherwise.</summary>
    public bool IsWatching
    {
        get
        {
            foreach (var observer in _observers)
            {
                if (observer.IsWatching) return true;
            }
            return false;
        }
    }

    public void Add(IFrameObserver observer) => _observers.Add(observer);

    public void Show(FramePrediction prediction)
    {
        foreach (var observer in _observers)
        {
            if (observer.IsWatching) observer.OnFrame(prediction);
        }
    }
}
