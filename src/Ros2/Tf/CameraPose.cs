using AlsterNode.Core;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.StdMsgs;

namespace AlsterNode.Ros2.Tf;

/// <summary>A camera's image: where tf knows the camera by name, and when it was taken [ns].</summary>
public readonly record struct CameraView(string Frame, long Stamp);

/// <summary>Where the cameras of an RGB-D pair were.</summary>
public static class CameraPose
{
    /// <summary>
    /// The depth camera in the world at its image's time, and the way from the depth camera to the colour camera; or why not. When the images
    /// were not taken at one time the camera moved in between: through the world then, each at its own time. Where the tree does not reach the
    /// colour image's time, two cameras on one mount are taken as if they had not moved.
    /// </summary>
    public static bool TryLocate(TransformBuffer tree, string world, CameraView color, CameraView depth, out RigidTransform cameraToWorld, out RigidTransform depthToColor, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(tree);
        depthToColor = RigidTransform.Identity;
        if (!tree.TryLookup(depth.Frame, world, depth.Stamp, out cameraToWorld, out problem)) return false;
        var isSameTime = color.Stamp == depth.Stamp;
        if (!isSameTime && tree.TryLookup(color.Frame, world, color.Stamp, out var colorToWorld, out problem))
        {
            depthToColor = cameraToWorld.Then(colorToWorld.Inverse());
            return true;
        }
        problem = $"the camera moved between '{depth.Frame}' and '{color.Frame}' and nothing says how";
        return (isSameTime || tree.IsRigid(depth.Frame, color.Frame)) && tree.TryLookup(depth.Frame, color.Frame, depth.Stamp, out depthToColor, out problem);
    }

    /// <summary>A pose of a topic as an edge of the tree.</summary>
    public static TransformStamped ToTransform(Header header, string child, Pose pose)
    {
        ArgumentNullException.ThrowIfNull(pose);
        var transform = new TransformStamped { Header = header, ChildFrameId = child };
        (transform.Transform.Translation.X, transform.Transform.Translation.Y, transform.Transform.Translation.Z) = (pose.Position.X, pose.Position.Y, pose.Position.Z);
        transform.Transform.Rotation = pose.Orientation;
        return transform;
    }
}
