namespace AlsterNode.Core;

/// <summary>Receives every change of the map. A new output is one new class.</summary>
public interface ISceneSink
{
    /// <summary>Called on the mapping thread after each frame; must not block.</summary>
    void OnUpdate(SceneUpdate update);
}
